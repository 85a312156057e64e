package dev.gnomon.actors.settings;

/** How far a mistyped key is from a known one: Levenshtein's insertions, deletions and swaps. */
final class EditDistance {

  private EditDistance() {}

  /** Distance of {@code key} to {@code known}; 0 too where only leading groups are missing. */
  static int toKey(String key, String known) {
    return known.endsWith("." + key) ? 0 : between(key, known);
  }

  static int between(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[b.length()];
  }
}
