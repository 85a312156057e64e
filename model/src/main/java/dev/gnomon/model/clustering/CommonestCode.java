package dev.gnomon.model.clustering;

import java.util.HashMap;
import java.util.Map;

/**
 * One code for an image whose patches have a code each: that of most of them, the lowest of several
 * that are as frequent.
 *
 * @param codes of images, [count]
 * @param shares of each image's patches that have its code, [count], in (0, 1]
 */
public record CommonestCode(int[] codes, float[] shares) {

  /**
   * That of each image.
   *
   * @param codes of patches, those of an image one after another
   * @param perImage how many an image has; where it is one, the image's code is that
   */
  public static CommonestCode of(int[] codes, int perImage) {
    int count = codes.length / perImage;
    int[] commonest = new int[count];
    float[] shares = new float[count];
    for (int image = 0; image < count; image++) {
      Map<Integer, Integer> patches = new HashMap<>();
      for (int patch = 0; patch < perImage; patch++) {
        patches.merge(codes[image * perImage + patch], 1, Integer::sum);
      }
      int most = 0;
      for (Map.Entry<Integer, Integer> entry : patches.entrySet()) {
        int code = entry.getKey();
        int times = entry.getValue();
        if (times > most || times == most && code < commonest[image]) {
          commonest[image] = code;
          most = times;
        }
      }
      shares[image] = (float) most / perImage;
    }
    return new CommonestCode(commonest, shares);
  }
}
