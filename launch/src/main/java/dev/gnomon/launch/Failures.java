package dev.gnomon.launch;

import dev.gnomon.actors.settings.InvalidConfiguration;
import dev.gnomon.model.data.DataException;
import dev.gnomon.model.engine.DeviceLoss;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParseResult;

/** Turns what a command throws into words and an exit code. */
final class Failures implements IExecutionExceptionHandler {

  @Override
  public int handleExecutionException(
      Exception failure, CommandLine command, ParseResult arguments) {
    if (failure instanceof InvalidConfiguration invalid) {
      int count = invalid.faults().size();
      command
          .getErr()
          .printf(
              "The configuration has %s; nothing was started.%n",
              count == 1 ? "a fault" : count + " faults");
      invalid.faults().forEach(fault -> command.getErr().println("  " + fault));
      return ExitCode.BAD_USAGE;
    }
    if (failure instanceof UsageException) {
      command.getErr().println(failure.getMessage());
      return ExitCode.BAD_USAGE;
    }
    if (failure instanceof DataException) {
      command.getErr().println("The data can not be used: " + failure.getMessage());
      return ExitCode.DATA_UNUSABLE;
    }
    LoggerFactory.getLogger(Failures.class)
        .info("gnomon {} failed", command.getCommandName(), failure);
    command.getErr().printf("gnomon %s failed: %s%n", command.getCommandName(), words(failure));
    return DeviceLoss.isIn(failure.getMessage()) ? ExitCode.DEVICE_LOST : ExitCode.FAILED;
  }

  /** These have a path for a message, and say the rest by their class. */
  private static String words(Exception failure) {
    String message = failure.getMessage() == null ? failure.toString() : failure.getMessage();
    if (failure instanceof NoSuchFileException) {
      return message + ": no such file or folder";
    }
    if (failure instanceof FileAlreadyExistsException) {
      return message + ": a file is in the way";
    }
    if (failure instanceof AccessDeniedException) {
      return message + ": permission denied";
    }
    if (failure instanceof NotDirectoryException) {
      return message + ": is no folder";
    }
    return message;
  }
}
