package dev.gnomon.actors.transfer;

import dev.gnomon.model.checkpoint.ChunkIndex;
import java.io.IOException;

/** What a server has by a key, for as long as it is not closed. */
interface Served extends AutoCloseable {

  /** Its checksums; may take a while. */
  ChunkIndex index() throws IOException;

  /** Its first bytes, which go ahead of the chunks. */
  byte[] head();

  /** Copies the bytes of a chunk that lie behind the head; gives how many there are. */
  int read(int chunk, byte[] into) throws IOException;

  @Override
  void close() throws IOException;
}
