package dev.gnomon.actors;

import static java.util.Comparator.naturalOrder;

import dev.gnomon.actors.transfer.FileExchange;
import dev.gnomon.model.checkpoint.SavedFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BinaryOperator;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Files of checkpoints that came from another node: kept for the next reader, checked each time,
 * and let go when those of two other steps were used since. The folder may be removed at any time.
 */
final class FetchedFiles {

  private static final Pattern NAME = Pattern.compile("\\.?step-(\\d{6,18})\\..*");
  private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");
  private static final int HASH_SHOWN = 16;

  /** Two readers of one process do not fetch the same file at the same time. */
  private static final List<Object> LOCKS =
      IntStream.range(0, 16).mapToObj(i -> new Object()).toList();

  private final Path folder;
  private final FileExchange exchange;

  FetchedFiles(Path folder, FileExchange exchange) {
    this.folder = folder;
    this.exchange = exchange;
  }

  /** Where that file of the checkpoint of {@code step} lies now. Blocks. */
  Path get(long step, SavedFile file, String location, BooleanSupplier wanted) throws IOException {
    if (!SHA256.matcher(file.sha256()).matches()) { // in particular: nothing outside the folder
      throw new IOException("'%s' is no SHA-256 of a file".formatted(file.sha256()));
    }
    String hash = file.sha256().substring(0, HASH_SHOWN);
    Path place = folder.resolve("step-%06d.%s.%s".formatted(step, hash, file.name()));
    synchronized (LOCKS.get(Math.floorMod(place.hashCode(), LOCKS.size()))) {
      if (!file.is(place)) {
        prune(step);
        exchange.fetch(location, file, place, wanted::getAsBoolean);
      }
      Files.setLastModifiedTime(place, FileTime.from(Instant.now()));
      return place;
    }
  }

  /** Makes room for the files of {@code step}; whoever still has an older file open keeps it. */
  private void prune(long step) throws IOException {
    if (!Files.isDirectory(folder)) {
      return;
    }
    Map<Path, Long> steps = new HashMap<>(); // of the files
    Map<Long, FileTime> used = new HashMap<>(); // by step
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Matcher name = NAME.matcher(file.getFileName().toString());
        if (name.matches() && Long.parseLong(name.group(1)) != step) {
          long of = Long.parseLong(name.group(1));
          steps.put(file, of);
          used.merge(of, Files.getLastModifiedTime(file), BinaryOperator.maxBy(naturalOrder()));
        }
      }
    }
    Optional<Long> last = used.keySet().stream().max(Comparator.comparing(used::get));
    for (Map.Entry<Path, Long> file : steps.entrySet()) {
      if (!last.get().equals(file.getValue())) {
        Files.deleteIfExists(file.getKey());
      }
    }
  }
}
