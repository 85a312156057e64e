package dev.gnomon.launch.reproduce;

import java.util.Map;
import java.util.OptionalDouble;

/** Does jobs. Runs and codes stay where later jobs find them; scores are handed back. */
public interface JobWork {

  /** Told how a job goes. */
  interface Going {

    /**
     * Where it is.
     *
     * @param words such as "step 1,200 of 3,200, 700 images/s"
     * @param share that is done, in [0, 1], where it is known
     */
    void at(String words, OptionalDouble share);
  }

  /**
   * What came out of a job.
   *
   * @param scores by name
   * @param origin what it came from, by name: {@link #WEIGHTS}, {@link #PRECISION}, {@link #POOL},
   *     {@link #IMAGES}
   */
  record Outcome(Map<String, Double> scores, Map<String, String> origin) {}

  /** Digest of the checkpoint that a run ended with, or that was looked at. */
  String WEIGHTS = "weights";

  /** What a run's products were computed in: a CPU without bf16 instructions computes in fp32. */
  String PRECISION = "precision";

  /**
   * What features were compared with labels: {@link #MEAN}, or, of older results, the usual one.
   */
  String POOL = "pool";

  /** Of {@link #POOL}: the mean over patches. */
  String MEAN = "mean";

  /** Digest of the images that a run was trained on, or scored against. */
  String IMAGES = "images";

  /** Whether what later jobs need of this one, a run or codes, is there. */
  boolean hasLeft(Job job);

  /**
   * Does a job whose needs are there; one that was cut goes on.
   *
   * @throws StoppedException where it was told to stop
   */
  Outcome perform(Job job, Going going) throws Exception;
}
