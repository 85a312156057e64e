package dev.gnomon.tests.bench;

import java.util.List;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;

/** Something a run may grow in, and the shapes in which it does, all else as in the base. */
enum Dimension {
  WIDTH(
      "width",
      RunShape::width,
      Stream.of(64, 128, 256, 512).map(RunShape.BASE::withWidth).toList()),
  DEPTH("depth", RunShape::depth, Stream.of(2, 4, 8, 16).map(RunShape.BASE::withDepth).toList()),
  /** From 1,024 tokens on attention is the fused operator. */
  TOKENS(
      "tokens of an image",
      shape -> BenchNetwork.tokens(shape.network()),
      List.of(
          RunShape.BASE.withImages(32, 8),
          RunShape.BASE,
          RunShape.BASE.withImages(32, 2),
          RunShape.BASE.withImages(28, 1),
          RunShape.BASE.withImages(32, 1))),
  BATCH(
      "images of a batch",
      RunShape::batch,
      Stream.of(8, 16, 32, 64, 128).map(RunShape.BASE::withBatch).toList()),
  TEACHERS(
      "teachers", RunShape::teachers, Stream.of(1, 2, 4).map(RunShape.BASE::withTeachers).toList()),
  EVALUATORS(
      "evaluators",
      RunShape::evaluators,
      Stream.of(1, 2, 4).map(RunShape.BASE::withEvaluators).toList());

  private final String title;
  private final ToIntFunction<RunShape> value;
  private final List<RunShape> shapes;

  Dimension(String title, ToIntFunction<RunShape> value, List<RunShape> shapes) {
    this.title = title;
    this.value = value;
    this.shapes = shapes;
  }

  /** What grows, in words. */
  String title() {
    return title;
  }

  /** Ascending, the base among them. */
  List<RunShape> shapes() {
    return shapes;
  }

  /** Where a shape stands in this dimension. */
  int value(RunShape shape) {
    return value.applyAsInt(shape);
  }

  /** Whether the network grows; otherwise the actors that share the same work. */
  boolean ofNetwork() {
    return this != TEACHERS && this != EVALUATORS;
  }
}
