package dev.gnomon.actors.operator;

import dev.gnomon.protocol.OperatorAnswer;
import dev.gnomon.protocol.OperatorWish;
import java.util.Optional;

/** What a process shows to operators and does for them. Each call answers within seconds. */
public interface Console {

  /** Why the process is of no more use; empty while it lives. */
  Optional<String> dead();

  /** Why it does not take part in a run; empty while it does. */
  Optional<String> notReady();

  /** The run as this process sees it: a JSON object. */
  String status();

  /** Passes on a wish to the run's coordinator, wherever it is. */
  OperatorAnswer carryOut(OperatorWish wish);
}
