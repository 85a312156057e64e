package dev.gnomon.actors.assigner;

import dev.gnomon.protocol.TeacherFeatures;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** Features that wait until the assigner has the version they were made with. */
final class FeaturesInbox {

  private final SortedMap<Long, TeacherFeatures> waiting = new TreeMap<>(); // by step

  void accept(TeacherFeatures features) {
    waiting.putIfAbsent(features.step(), features);
  }

  /** How many wait. */
  int size() {
    return waiting.size();
  }

  /** Those of versions up to {@code version}, in order of step; they wait no longer. */
  List<TeacherFeatures> take(long version) {
    List<TeacherFeatures> taken = new ArrayList<>();
    waiting.values().removeIf(features -> features.version() <= version && taken.add(features));
    return taken;
  }
}
