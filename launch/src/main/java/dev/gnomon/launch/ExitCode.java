package dev.gnomon.launch;

/** What a process tells whoever started it. */
public final class ExitCode {

  public static final int DONE = 0;
  public static final int FAILED = 1;

  /** Bad usage or configuration: every fault is listed, nothing was started. */
  public static final int BAD_USAGE = 2;

  static final int DATA_UNUSABLE = 3;

  /** A run answers, but does not go on as it should. */
  public static final int NOT_GOING_ON = 4;

  /** The device is lost to this process; a new one may have it. */
  static final int DEVICE_LOST = 71;

  private ExitCode() {}
}
