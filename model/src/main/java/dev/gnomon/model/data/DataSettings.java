package dev.gnomon.model.data;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Which images, and how they are brought to one shape.
 *
 * @param kind shapes | idx | cifar | folder | auto
 * @param path file or folder; empty for the built-in shapes
 * @param size height and width in pixels
 * @param channels 1 = grey, 3 = colour
 * @param seed seed of the built-in shapes
 * @param flip mirror every second image, by chance
 */
public record DataSettings(
    String kind, Optional<Path> path, int size, int channels, long seed, boolean flip) {}
