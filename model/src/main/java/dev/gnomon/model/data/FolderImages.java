package dev.gnomon.model.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * PNG and JPEG files, one folder a class (its name is the label's name; labels count in order of
 * names), or one folder of files without labels. Files are decoded once, in parallel. A broken file
 * is named in the log and left out; more than 1 % of them are an error.
 */
final class FolderImages {

  private static final Logger LOG = LoggerFactory.getLogger(FolderImages.class);
  private static final Set<String> ENDINGS = Set.of("png", "jpg", "jpeg");
  private static final int NAMED = 20;

  private FolderImages() {}

  private record Entry(Path file, int label) {}

  private sealed interface Read {}

  private record Decoded(int label, byte[] pixels) implements Read {}

  private record Broken(Path file, String cause) implements Read {}

  static ImageSet read(Path directory, ImageFit fit) {
    if (!Files.isDirectory(directory)) {
      throw new DataException(
          directory + ": is a file; expected a directory with a folder of images for each class");
    }
    List<String> names = new ArrayList<>();
    List<Entry> entries = entries(directory, names);
    if (entries.isEmpty()) {
      throw new DataException(
          directory
              + ": holds no .png, .jpg or .jpeg files, neither itself nor in folders, and neither"
              + " train-images-idx3-ubyte[.gz] nor data_batch_*.bin");
    }
    StoredImages.requireRoom(directory.toString(), entries.size(), fit.channels(), fit.size());
    List<Read> read = entries.parallelStream().map(entry -> decode(entry, fit)).toList();
    List<Decoded> images = only(read, Decoded.class);
    List<Broken> broken = only(read, Broken.class);
    report(directory, entries.size(), broken);
    String description =
        "%d images in %d folders, %s".formatted(images.size(), names.size(), directory)
            + (broken.isEmpty() ? "" : ", %d broken files left out".formatted(broken.size()));
    return new StoredImages(
        description,
        fit.channels(),
        fit.size(),
        List.copyOf(names),
        images.stream().mapToInt(Decoded::label).toArray(),
        images.stream().map(Decoded::pixels).toArray(byte[][]::new));
  }

  private static Read decode(Entry entry, ImageFit fit) {
    try {
      return new Decoded(entry.label(), fit.fit(ImageFile.decode(entry.file())));
    } catch (IOException | RuntimeException e) { // decoders throw either at malformed bytes
      return new Broken(entry.file(), e.getMessage() == null ? e.toString() : e.getMessage());
    }
  }

  private static void report(Path directory, int files, List<Broken> broken) {
    broken.forEach(b -> LOG.warn("event=broken-image file={} cause=\"{}\"", b.file(), b.cause()));
    if (broken.isEmpty()) {
      return;
    }
    if (broken.size() * 100L > files) {
      String listed =
          broken.stream()
              .limit(NAMED)
              .map(b -> b.file() + " (" + b.cause() + ")")
              .collect(Collectors.joining(", "));
      throw new DataException(
          "%s: %d of %d images are broken, more than 1 %%: repair or remove %s%s"
              .formatted(
                  directory,
                  broken.size(),
                  files,
                  listed,
                  broken.size() > NAMED ? " and those the log names" : ""));
    }
    LOG.warn("event=broken-images skipped={} of={} directory={}", broken.size(), files, directory);
  }

  /** The files, folder by folder in order of names; {@code names} receives the labels' names. */
  private static List<Entry> entries(Path directory, List<String> names) {
    List<Entry> entries = new ArrayList<>();
    for (Path folder : list(directory, Files::isDirectory)) {
      List<Path> files = images(folder);
      files.forEach(file -> entries.add(new Entry(file, names.size())));
      if (!files.isEmpty()) {
        names.add(folder.getFileName().toString());
      }
    }
    List<Path> loose = list(directory, FolderImages::isImage);
    if (!entries.isEmpty() && !loose.isEmpty()) {
      throw new DataException(
          "%s: holds folders of images and %d images beside them, such as %s; put these into a folder, or all images into one"
              .formatted(directory, loose.size(), loose.get(0).getFileName()));
    }
    loose.forEach(file -> entries.add(new Entry(file, -1)));
    return entries;
  }

  private static List<Path> list(Path directory, Predicate<Path> wanted) {
    try (Stream<Path> found = Files.list(directory)) {
      return found.filter(p -> !isHidden(p)).filter(wanted).sorted().toList();
    } catch (IOException e) {
      throw new DataException("%s: can not be listed: %s".formatted(directory, e), e);
    }
  }

  private static List<Path> images(Path folder) {
    try (Stream<Path> found = Files.walk(folder)) {
      return found.filter(FolderImages::isImage).sorted().toList();
    } catch (IOException e) {
      throw new DataException("%s: can not be listed: %s".formatted(folder, e), e);
    }
  }

  private static boolean isHidden(Path path) {
    String name = path.getFileName().toString();
    return name.startsWith(".") || name.equals("__MACOSX");
  }

  private static boolean isImage(Path path) {
    String name = path.getFileName().toString().toLowerCase(Locale.ROOT);
    return !isHidden(path)
        && ENDINGS.contains(name.substring(name.lastIndexOf('.') + 1))
        && Files.isRegularFile(path);
  }

  private static <T extends Read> List<T> only(List<Read> read, Class<T> kind) {
    return read.stream().filter(kind::isInstance).map(kind::cast).toList();
  }
}
