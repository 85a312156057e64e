package dev.gnomon.actors.operator;

import dev.gnomon.model.engine.WholeFile;
import java.io.IOException;
import java.io.StringReader;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Stream;

/**
 * Where a process of a run answers operators, as a file in the run's folder says it while the
 * process lives.
 *
 * @param address HOST:PORT
 * @param roles of the process, or {@code train}
 * @param machine name of its machine
 * @param pid of the process, there
 */
public record ServedAt(String address, String roles, String machine, long pid) {

  private static final String SUFFIX = ".address";
  private static final Path HOST_NAME = Path.of("/proc/sys/kernel/hostname");

  /** This process. */
  static ServedAt here(String address, String roles) {
    return new ServedAt(address, roles, thisMachine(), ProcessHandle.current().pid());
  }

  /** All that are said of the run in {@code runDirectory}, those of this machine first. */
  public static List<ServedAt> in(Path runDirectory) throws IOException {
    List<ServedAt> all = new ArrayList<>();
    for (Path file : files(runDirectory)) {
      read(file).ifPresent(all::add);
    }
    all.sort(Comparator.comparing((ServedAt place) -> !place.isOnThisMachine()));
    return all;
  }

  /** Writes the file, and removes those of processes of this machine that are no more. */
  Path write(Path runDirectory) throws IOException {
    for (Path file : files(runDirectory)) {
      if (read(file).filter(ServedAt::isGone).isPresent()) {
        Files.deleteIfExists(file);
      }
    }
    Path folder = Files.createDirectories(folder(runDirectory));
    Path file = folder.resolve("%s-%s-%d%s".formatted(roles, machine, pid, SUFFIX));
    String text =
        "address=%s%nroles=%s%nmachine=%s%npid=%d%n".formatted(address, roles, machine, pid);
    WholeFile.write(
        file,
        channel -> Channels.newOutputStream(channel).write(text.getBytes(StandardCharsets.UTF_8)));
    return file;
  }

  /** Whether the process is of this machine. */
  public boolean isOnThisMachine() {
    return machine.equals(thisMachine());
  }

  /** Whether it is known to be no more: killed, or its machine was, before it could say so. */
  public boolean isGone() {
    return isOnThisMachine() && ProcessHandle.of(pid).isEmpty();
  }

  /** Where in a run's folder it stands how its processes are reached. */
  static Path folder(Path runDirectory) {
    return runDirectory.resolve("http");
  }

  private static List<Path> files(Path runDirectory) throws IOException {
    Path folder = folder(runDirectory);
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(SUFFIX)).sorted().toList();
    }
  }

  /** What a file says; empty where it is gone by now, or says nothing. */
  private static Optional<ServedAt> read(Path file) throws IOException {
    Properties said = new Properties();
    try {
      said.load(new StringReader(Files.readString(file)));
      return Optional.of(
          new ServedAt(
              said.getProperty("address", ""),
              said.getProperty("roles", ""),
              said.getProperty("machine", ""),
              Long.parseLong(said.getProperty("pid", ""))));
    } catch (NoSuchFileException | IllegalArgumentException gone) {
      return Optional.empty();
    }
  }

  /** The name of this machine, without asking a network. */
  public static String thisMachine() {
    try {
      return Files.readString(HOST_NAME).strip().replaceAll("[^\\w.-]", "_");
    } catch (IOException elsewhere) {
      try {
        return InetAddress.getLocalHost().getHostName().replaceAll("[^\\w.-]", "_");
      } catch (UnknownHostException e) {
        return "localhost";
      }
    }
  }
}
