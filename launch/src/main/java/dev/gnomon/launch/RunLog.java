package dev.gnomon.launch;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.FileAppender;
import java.nio.file.Path;

/**
 * A log file in the run directory that the system property {@code gnomon.run} names; without one
 * nothing is written. The file conf/logback.xml says what goes into it.
 */
public final class RunLog extends FileAppender<ILoggingEvent> {

  /** The system property that names the run directory of this process. */
  static final String RUN = "gnomon.run";

  @Override
  public void start() {
    String run = System.getProperty(RUN);
    if (run != null) {
      setFile(Path.of(run, getFile()).toString());
      super.start();
    }
  }

  @Override
  public void doAppend(ILoggingEvent event) {
    if (isStarted()) {
      super.doAppend(event);
    }
  }
}
