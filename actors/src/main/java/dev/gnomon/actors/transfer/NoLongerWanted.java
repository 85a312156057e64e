package dev.gnomon.actors.transfer;

import java.io.IOException;

/** Who waited for a file has ceased to. */
final class NoLongerWanted extends IOException {

  private static final long serialVersionUID = 1L;

  NoLongerWanted(String what) {
    super(what + " is no longer wanted");
  }
}
