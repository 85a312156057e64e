package dev.gnomon.model.backbone;

/** Which tokens stand before the patches. */
public enum TokenLayout {
  /** [time] */
  PLAIN(1),
  /** [label, time] */
  LABEL(2),
  /** [CLS, time, condition] */
  GUIDED(3),
  /** [CLS, time]; the condition is added to the patches' embeddings. */
  PATCHES(2);

  private final int extras;

  TokenLayout(int extras) {
    this.extras = extras;
  }

  /** Tokens before the patches. */
  public int extras() {
    return extras;
  }
}
