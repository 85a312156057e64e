package dev.gnomon.launch.operate;

/** No process of a run answers. The message says which were asked, and what became of them. */
final class UnreachableRun extends Exception {

  private static final long serialVersionUID = 1L;

  UnreachableRun(String message) {
    super(message);
  }
}
