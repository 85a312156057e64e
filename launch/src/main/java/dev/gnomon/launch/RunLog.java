package dev.gnomon.launch;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.FileAppender;
import java.nio.file.Path;

/**
 * A log file in the folder that a system property names, by default {@code gnomon.run}; without one
 * nothing is written. The file conf/logback.xml says what goes into it.
 */
public final class RunLog extends FileAppender<ILoggingEvent> {

  /** The system property that names the folder of this process's logs. */
  static final String RUN = "gnomon.run";

  /** The system property that names the folder of the supervision log. */
  static final String STORY = "gnomon.run.story";

  private String folder = RUN;

  /** Names the folder by another system property; called for {@code <folder>}. */
  public void setFolder(String property) {
    folder = property;
  }

  @Override
  public void start() {
    String run = System.getProperty(folder);
    if (run != null) {
      Path file = Path.of(run, getFile());
      setFile(file.toString());
      super.start();
      if (!isStarted()) {
        System.err.println(file + " can not be written: nothing is logged there");
      }
    }
  }

  @Override
  public void doAppend(ILoggingEvent event) {
    if (isStarted()) {
      super.doAppend(event);
    }
  }
}
