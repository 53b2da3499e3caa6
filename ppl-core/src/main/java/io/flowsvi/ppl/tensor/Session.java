package io.flowsvi.ppl.tensor;

import io.flowsvi.ppl.tensor.plain.PlainEngineProvider;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.function.Function;

/**
 * Owns an engine and the seed; the one thing a user closes.
 *
 * <p>Parameters are not in here: they live in a {@link ParamStore}. The native engine starts with
 * the first arena, not before. Several sessions may be open at once, on one thread or on many.
 */
public final class Session implements AutoCloseable {
  private final SessionSettings settings;
  private final Seed seed;
  private EngineProvider.Source source;
  private boolean closed;

  private Session(SessionSettings settings) {
    this.settings = settings;
    this.seed = Seed.of(settings.seed());
  }

  /** A float64 session in plain Java. */
  public static Session open(long seed) {
    return open(SessionSettings.of(seed));
  }

  /** A session with these settings. */
  public static Session open(SessionSettings settings) {
    return new Session(settings);
  }

  /** The root of all randomness in this session. */
  public Seed seed() {
    return seed;
  }

  /** The settings it was opened with. */
  public SessionSettings settings() {
    return settings;
  }

  /** Opens an arena on the calling thread; close it on the same thread. */
  public Arena openArena() {
    return Arena.on(source().open());
  }

  /** Opens an arena, runs the body, returns its (Java) result and frees the rest. */
  public <T> T compute(Function<Arena, T> body) {
    try (Arena arena = openArena()) {
      return body.apply(arena);
    }
  }

  /** The engine's memory for so many parameters; empty where Java's arrays serve as well. */
  public Optional<Residence> residence(int size) {
    return source().residence(size);
  }

  /** How many engine operations the closed arenas of this session have executed. */
  public synchronized long operations() {
    return source == null ? 0 : source.operations();
  }

  private synchronized EngineProvider.Source source() {
    if (closed) {
      throw new PplException("The session is closed. Open arenas before closing it.");
    }
    if (source == null) {
      source = provider().start(settings);
    }
    return source;
  }

  private EngineProvider provider() {
    if (settings.backend() == Backend.JAVA) {
      // Not looked for: that opens every jar of the class path, a millisecond each.
      return new PlainEngineProvider();
    }
    for (EngineProvider provider :
        ServiceLoader.load(EngineProvider.class, Session.class.getClassLoader())) {
      if (provider.backend() == settings.backend()) {
        return provider;
      }
    }
    throw new PplException("No engine for backend " + settings.backend() + " on the class path.");
  }

  @Override
  public synchronized void close() {
    closed = true;
    if (source != null) {
      source.close();
      source = null;
    }
  }
}
