package io.flowsvi.ppl.compile;

import io.flowsvi.ppl.tensor.PplException;
import io.flowsvi.ppl.tensor.Seed;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Some threads that run a program of a part of the particles for all parts, and average what it
 * computes.
 *
 * <p>Whoever is free takes the next part; what parts computed is added up in their order, so that
 * the sum has the same bits for any number of threads. Helpers end when they had nothing to do for
 * a few seconds.
 */
public final class Crew {
  private static final long IDLE_SECONDS = 5;

  private final int threads;
  private final Map<Program, List<Program>> copies = new IdentityHashMap<>();
  private final AtomicInteger next = new AtomicInteger();
  private final DoubleParts doubles = new DoubleParts();
  private final FloatParts floats = new FloatParts();
  private ThreadPoolExecutor helpers;

  /** So many threads, the caller's included. Throws {@link PplException} for none. */
  public Crew(int threads) {
    if (threads < 1) {
      throw new PplException("A crew needs at least 1 thread, got " + threads + ".");
    }
    this.threads = threads;
  }

  private ThreadPoolExecutor helpers() {
    int count = threads - 1;
    if (helpers == null) {
      helpers =
          new ThreadPoolExecutor(
              count,
              count,
              IDLE_SECONDS,
              TimeUnit.SECONDS,
              new LinkedBlockingQueue<>(),
              Crew::made);
      helpers.allowCoreThreadTimeOut(true);
    }
    return helpers;
  }

  private static Thread made(Runnable work) {
    Thread thread = new Thread(work, "flowsvi-crew");
    thread.setDaemon(true);
    return thread;
  }

  /**
   * One run of a program for each part, below {@code parent.fold(child)}; means of all outputs, one
   * after another.
   *
   * @param program for the particles of one part, its inputs filled
   * @param parts how many parts there are, 2 or more: a single one needs no crew
   * @param each how many particles a part has
   */
  public void run(
      Program program, int parts, int each, double[] values, Seed parent, long child, double[] to) {
    doubles.begin(parts, each, to.length, values, parent, child);
    run(program, parts, doubles);
    doubles.mean(to);
  }

  /**
   * The same of a program in single precision at the parameters of this memory, which keeps the
   * mean of the gradients: nothing is converted. The mean of the losses.
   */
  public double run(
      Program program, int parts, int each, SingleMemory memory, Seed parent, long child) {
    floats.begin(program, parts, each, memory, parent, child);
    run(program, parts, floats);
    return floats.mean();
  }

  private void run(Program program, int parts, Errand errand) {
    next.set(0);
    int hands = Math.min(threads, parts);
    if (hands == 1) {
      work(program, parts, errand);
    } else {
      together(hands(program, hands), parts, errand);
    }
  }

  /** Ends when all have ended, also where one failed: nobody writes to an array any more. */
  private void together(List<Program> hands, int parts, Errand errand) {
    List<Future<?>> others = new ArrayList<>();
    for (Program hand : hands.subList(1, hands.size())) {
      others.add(helpers().submit(() -> work(hand, parts, errand)));
    }
    List<RuntimeException> failures = new ArrayList<>();
    try {
      work(hands.get(0), parts, errand);
    } catch (RuntimeException e) {
      failures.add(e);
    }
    others.forEach(other -> await(other).ifPresent(failures::add));
    if (!failures.isEmpty()) {
      throw failures.get(0);
    }
  }

  private void work(Program mine, int parts, Errand errand) {
    for (int p = next.getAndIncrement(); p < parts; p = next.getAndIncrement()) {
      errand.run(mine, p);
    }
  }

  private static Optional<RuntimeException> await(Future<?> other) {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          other.get();
          return Optional.empty();
        } catch (InterruptedException e) {
          interrupted = true;
        } catch (ExecutionException e) {
          return Optional.of(
              e.getCause() instanceof RuntimeException cause
                  ? cause
                  : new PplException(e.toString()));
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private List<Program> hands(Program program, int count) {
    List<Program> known = copies.computeIfAbsent(program, p -> new ArrayList<>(List.of(p)));
    while (known.size() < count) {
      known.add(program.copy());
    }
    known.subList(1, count).forEach(copy -> copy.follow(program));
    return known.subList(0, count);
  }
}
