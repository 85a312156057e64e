package dev.gnomon.actors;

/**
 * An actor as operators know it: where it is and what it is called there.
 *
 * @param node HOST:PORT of its node; {@code local} where it has no address
 * @param name such as {@code trainer} or {@code teacher-2}
 */
public record ActorName(String node, String name) {

  private static final String LOCAL = "local";

  /**
   * The actor of a path such as {@code akka://gnomon@10.0.0.2:2551/user/trainer}, or what is no
   * path by its own name.
   */
  public static ActorName of(String path) {
    String name = path.substring(path.lastIndexOf('/') + 1);
    int system = path.indexOf("://");
    int slash = system < 0 ? -1 : path.indexOf('/', system + 3);
    int at = slash < 0 ? -1 : path.lastIndexOf('@', slash);
    return new ActorName(at < 0 ? LOCAL : path.substring(at + 1, slash), name);
  }
}
