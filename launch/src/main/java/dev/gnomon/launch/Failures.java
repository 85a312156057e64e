package dev.gnomon.launch;

import dev.gnomon.actors.settings.InvalidConfiguration;
import dev.gnomon.model.data.DataException;
import dev.gnomon.model.engine.DeviceLoss;
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
    command
        .getErr()
        .printf(
            "gnomon %s failed: %s%n",
            command.getCommandName(),
            failure.getMessage() == null ? failure.toString() : failure.getMessage());
    return DeviceLoss.isIn(failure.getMessage()) ? ExitCode.DEVICE_LOST : ExitCode.FAILED;
  }
}
