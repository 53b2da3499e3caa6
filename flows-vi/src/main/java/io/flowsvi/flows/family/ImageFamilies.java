package io.flowsvi.flows.family;

import io.flowsvi.flows.image.Glow;
import io.flowsvi.flows.image.Mixing;
import io.flowsvi.flows.layer.BijectiveChain;
import io.flowsvi.flows.layer.Constant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The library's densities on images by name: small Glows of 2 levels, which differ in what mixes
 * the channels. Height and width must be multiples of 4.
 */
public final class ImageFamilies {
  private static final int LEVELS = 2;
  private static final int STEPS = 4;
  private static final int HIDDEN = 32;

  private ImageFamilies() {}

  /** Name to recipe. */
  public static Map<String, ImageFamily> all() {
    Map<String, ImageFamily> all = new LinkedHashMap<>();
    all.put("glow", glow(Mixing.LU));
    all.put("glow-qr", glow(Mixing.QR));
    all.put("glow-emerging", glow(Mixing.EMERGING));
    all.put("glow-periodic", glow(Mixing.PERIODIC));
    return Collections.unmodifiableMap(all);
  }

  private static ImageFamily glow(Mixing mixing) {
    return (image, scope) -> {
      BijectiveChain chain = new Glow(LEVELS, STEPS, HIDDEN, mixing).chain(image, scope);
      return chain.pullback(Constant.of(chain, scope.child("chain")));
    };
  }
}
