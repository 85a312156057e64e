package dev.gnomon.model.engine;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * A TorchScript archive written by hand: a program text that libtorch compiles and runs, with no
 * Python and no C++ in the build.
 *
 * <p>An archive is a zip of stored entries: the pickle of one object of class {@code
 * __torch__.Ops}, an empty constant table, a version, and the program, a class {@code Ops} with the
 * given methods. Parameters are not in it: Java owns them and passes them in.
 */
final class TorchScriptArchive {

  /** Pickle, protocol 2, of one Ops object whose only attribute is {@code training = False}. */
  private static final byte[] OBJECT = pickle();

  /** Pickle, protocol 2, of an empty tuple. */
  private static final byte[] NO_CONSTANTS = {(byte) 0x80, 2, ')', '.'};

  private static final String HEADER =
      """
      class Ops(Module):
        __parameters__ = []
        __buffers__ = []
        training : bool
        def forward(self: __torch__.Ops, x: Tensor) -> Tensor:
          return x
      """;

  private TorchScriptArchive() {}

  /** The bytes of an archive whose class has {@code methods}, each indented by two spaces. */
  static byte[] of(String methods) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      store(zip, "m/data.pkl", OBJECT);
      store(zip, "m/code/__torch__.py", (HEADER + methods).getBytes(StandardCharsets.UTF_8));
      store(zip, "m/constants.pkl", NO_CONSTANTS);
      store(zip, "m/version", "3\n".getBytes(StandardCharsets.US_ASCII));
    } catch (IOException e) {
      throw new UncheckedIOException("an archive in memory could not be written", e);
    }
    return bytes.toByteArray();
  }

  private static void store(ZipOutputStream zip, String name, byte[] content) throws IOException {
    ZipEntry entry = new ZipEntry(name);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(content.length);
    CRC32 checksum = new CRC32();
    checksum.update(content);
    entry.setCrc(checksum.getValue());
    entry.setTime(0);
    zip.putNextEntry(entry);
    zip.write(content);
    zip.closeEntry();
  }

  private static byte[] pickle() {
    ByteArrayOutputStream pickle = new ByteArrayOutputStream();
    pickle.write(0x80); // PROTO 2
    pickle.write(2);
    pickle.writeBytes("c__torch__\nOps\n)".getBytes(StandardCharsets.US_ASCII)); // GLOBAL, ()
    pickle.write(0x81); // NEWOBJ
    pickle.writeBytes("}(X".getBytes(StandardCharsets.US_ASCII)); // {}, MARK, BINUNICODE
    pickle.writeBytes(new byte[] {8, 0, 0, 0});
    pickle.writeBytes("training".getBytes(StandardCharsets.US_ASCII));
    pickle.write(0x89); // NEWFALSE
    pickle.writeBytes("ub.".getBytes(StandardCharsets.US_ASCII)); // SETITEMS, BUILD, STOP
    return pickle.toByteArray();
  }
}
