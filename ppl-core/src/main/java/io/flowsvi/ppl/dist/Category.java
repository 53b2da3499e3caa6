package io.flowsvi.ppl.dist;

import io.flowsvi.ppl.tensor.Shape;

/** One of K categories, 0 to K − 1. */
public final class Category implements Support.Discrete {
  private final int categories;

  private Category(int categories) {
    this.categories = categories;
  }

  /** 0 to K − 1. */
  public static Category of(int categories) {
    return new Category(categories);
  }

  /** K. */
  public int categories() {
    return categories;
  }

  @Override
  public boolean contains(double[] event, Shape shape) {
    for (double v : event) {
      if (!(v >= 0 && v < categories && v == Math.rint(v))) {
        return false;
      }
    }
    return true;
  }

  @Override
  public String name() {
    return "a category from 0 to " + (categories - 1);
  }
}
