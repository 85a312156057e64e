package dev.gnomon.actors.transfer;

import dev.gnomon.model.checkpoint.SavedFile;
import java.io.IOException;
import java.nio.file.Path;

/** How files of checkpoints get from one node's folder to another's. */
public interface FileExchange {

  /** Who waits for a file, and may cease to. */
  interface Recipient {

    boolean wants();

    /** Bytes that have come since this was told the last time. */
    default void came(int bytes) {}
  }

  /** Lets others fetch a file for as long as it is there; gives where. Does not block. */
  String offer(SavedFile file, Path path);

  /**
   * Brings a file to {@code place}, whole and as it was saved. What came of it before, there, is
   * not fetched again. Blocks.
   *
   * @param location what {@link #offer} gave, on whatever node
   * @throws IOException if it can not be had
   */
  void fetch(String location, SavedFile file, Path place, Recipient recipient) throws IOException;

  /** For a node that is alone. */
  static FileExchange none() {
    return new FileExchange() {
      @Override
      public String offer(SavedFile file, Path path) {
        return "";
      }

      @Override
      public void fetch(String location, SavedFile file, Path place, Recipient recipient)
          throws IOException {
        throw new IOException(place + " is not there, and there is no other node to fetch it from");
      }
    };
  }
}
