package dev.gnomon.launch;

/** What a process tells whoever started it. */
final class ExitCode {

  static final int DONE = 0;
  static final int FAILED = 1;

  /** Bad usage or configuration: every fault is listed, nothing was started. */
  static final int BAD_USAGE = 2;

  static final int DATA_UNUSABLE = 3;

  /** The device is lost to this process; a new one may have it. */
  static final int DEVICE_LOST = 71;

  private ExitCode() {}
}
