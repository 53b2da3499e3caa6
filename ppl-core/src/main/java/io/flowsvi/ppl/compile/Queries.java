package io.flowsvi.ppl.compile;

import io.flowsvi.ppl.graph.RecordingException;
import io.flowsvi.ppl.tensor.Arena;
import io.flowsvi.ppl.tensor.Backend;
import io.flowsvi.ppl.tensor.ParamStore;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Session;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.slf4j.LoggerFactory;

/**
 * Pure tensor code of a store's parameters and a key of noise that is asked again and again, by
 * name: compiled where that can be, else in an arena of its own each time.
 *
 * <p>How a question runs depends on the question alone, never on how often it was asked, so that
 * the same one has the same bits. One thread at a time.
 */
public final class Queries {
  /** Programs keep their arrays: those asked last are kept. */
  private static final int KEPT = 8;

  private final Session session;
  private final Optional<ParamStore> store;
  private final Set<Object> refused = new HashSet<>();
  private final Map<Object, Programs<Program>> programs =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Object, Programs<Program>> eldest) {
          return size() > KEPT;
        }
      };

  private Queries(Session session, Optional<ParamStore> store) {
    this.session = session;
    this.store = store;
  }

  /** Compiled where code can be recorded. */
  public static Queries compiled(Session session, ParamStore store) {
    return new Queries(session, Optional.of(store));
  }

  /** Compiled where the session's engine is plain Java, else by its engine. */
  public static Queries of(Session session, ParamStore store) {
    return session.settings().backend() == Backend.JAVA ? compiled(session, store) : eager(session);
  }

  /** Operation by operation on the session's engine. */
  public static Queries eager(Session session) {
    return new Queries(session, Optional.empty());
  }

  /**
   * Asks once.
   *
   * @param name equal for questions that differ in data and seed alone
   * @param data what the body reads; the same object means the same numbers
   * @param body the tensors that answer
   * @param read runs in an arena with the answers' values
   */
  public <R> R ask(
      Object name,
      Object data,
      Seed seed,
      Function<Seed, List<Tensor>> body,
      Function<List<Tensor>, R> read) {
    if (store.isPresent() && !refused.contains(name)) {
      try {
        Program program =
            programs
                .computeIfAbsent(name, n -> Programs.compiling(store.get()))
                .values(data, recorder -> body.apply(recorder.seed()));
        program.run(store.get().values(), seed);
        return session.compute(arena -> read.apply(answers(program)));
      } catch (RecordingException e) {
        LoggerFactory.getLogger(Queries.class)
            .debug("{} is not compiled: {}", name, e.getMessage());
        programs.remove(name);
        refused.add(name);
      }
    }
    return session.compute(arena -> read.apply(body.apply(seed)));
  }

  /** How many programs were compiled for a question. */
  public int compiled(Object name) {
    return programs.containsKey(name) ? programs.get(name).compiled() : 0;
  }

  private static List<Tensor> answers(Program program) {
    List<Tensor> answers = new ArrayList<>();
    for (int i = 0; i < program.outputs(); i++) {
      Shape shape = program.graph().outputs().get(i).shape();
      answers.add(Arena.current().tensor(program.output(i), shape));
    }
    return answers;
  }
}
