package dev.gnomon.protocol;

import akka.actor.typed.ActorRef;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;

/** All messages there are, found by reflection, and examples of each with every field set. */
final class Messages {

  private final Random random;
  private final ActorRef<?> actor;

  Messages(long seed, ActorRef<?> actor) {
    this.random = new Random(seed);
    this.actor = actor;
  }

  /** Every record below {@link WireMessage}. */
  static Set<Class<?>> types() {
    Set<Class<?>> found = new LinkedHashSet<>();
    collect(WireMessage.class, found);
    return found;
  }

  private static void collect(Class<?> type, Set<Class<?>> found) {
    if (type.isRecord()) {
      found.add(type);
    } else if (type.isSealed()) {
      for (Class<?> permitted : type.getPermittedSubclasses()) {
        collect(permitted, found);
      }
    }
  }

  /** One example of each type. */
  List<WireMessage> all() {
    return types().stream().map(this::example).toList();
  }

  /** An example in which no field has the value it would have if it were forgotten. */
  WireMessage example(Class<?> type) {
    if (type == Batch.class) {
      int count = 1 + random.nextInt(4);
      return new Batch(
          lineage(), number(), 3, 5, bytes(count * 75), longs(count), ints(count), ints(count));
    }
    if (type == ReferenceImages.class) {
      int count = 1 + random.nextInt(4);
      return new ReferenceImages(
          lineage(), number(), 1, 4, bytes(count * 16), longs(count), ints(count), ints(count));
    }
    return (WireMessage) record(type);
  }

  /** Whether two records of one type hold the same values, arrays compared by content. */
  static boolean same(Object one, Object other) {
    return one.getClass() == other.getClass()
        && Arrays.stream(one.getClass().getRecordComponents())
            .allMatch(c -> Objects.deepEquals(value(c, one), value(c, other)));
  }

  private static Object value(RecordComponent component, Object of) {
    try {
      component.getAccessor().setAccessible(true);
      return component.getAccessor().invoke(of);
    } catch (ReflectiveOperationException e) {
      throw new AssertionError(e);
    }
  }

  private Object record(Class<?> type) {
    RecordComponent[] components = type.getRecordComponents();
    Class<?>[] types =
        Arrays.stream(components).map(RecordComponent::getType).toArray(Class[]::new);
    Object[] values =
        Arrays.stream(components).map(c -> any(c.getGenericType())).toArray(Object[]::new);
    try {
      var constructor = type.getDeclaredConstructor(types);
      constructor.setAccessible(true);
      return constructor.newInstance(values);
    } catch (ReflectiveOperationException e) {
      throw new AssertionError("no example of " + type.getName() + " can be made", e);
    }
  }

  private Object any(Type type) {
    if (type instanceof ParameterizedType generic) {
      if (generic.getRawType() == ActorRef.class) {
        return actor;
      }
      if (generic.getRawType() == List.class) {
        List<Object> list = new ArrayList<>();
        for (int i = 0; i <= random.nextInt(3); i++) {
          list.add(any(generic.getActualTypeArguments()[0]));
        }
        return list;
      }
      if (generic.getRawType() == Map.class) {
        Map<Object, Object> map = new LinkedHashMap<>();
        for (int i = 0; i <= random.nextInt(5); i++) {
          map.put(text(), any(generic.getActualTypeArguments()[1]));
        }
        return map;
      }
    }
    if (type == long.class || type == Long.class) {
      return number();
    } else if (type == int.class) {
      return 1 + random.nextInt(Integer.MAX_VALUE);
    } else if (type == boolean.class) {
      return true;
    } else if (type == double.class || type == Double.class) {
      return random.nextInt(9) == 0 ? Double.NaN : 0.5 + random.nextDouble();
    } else if (type == String.class) {
      return text();
    } else if (type == byte[].class) {
      return bytes(length());
    } else if (type == int[].class) {
      return ints(length());
    } else if (type == long[].class) {
      return longs(length());
    } else if (type == float[].class) {
      return floats(length());
    } else if (type instanceof Class<?> c && c.isEnum()) {
      return c.getEnumConstants()[random.nextInt(c.getEnumConstants().length)];
    } else if (type instanceof Class<?> c && c.isRecord()) {
      return record(c);
    } else if (type instanceof Class<?> c && c.isSealed()) {
      Set<Class<?>> choices = new LinkedHashSet<>();
      collect(c, choices);
      return record(List.copyOf(choices).get(random.nextInt(choices.size())));
    }
    throw new AssertionError("examples know no " + type + "; add it here");
  }

  private Lineage lineage() {
    return new Lineage(text(), number());
  }

  private long number() {
    return random.nextBoolean() ? 1 + random.nextInt(1000) : random.nextLong() | 1;
  }

  private int length() {
    return 1 + random.nextInt(40);
  }

  private String text() {
    return "größe ✓ 🌓 " + random.nextInt();
  }

  private byte[] bytes(int count) {
    byte[] values = new byte[count];
    random.nextBytes(values);
    return values;
  }

  private int[] ints(int count) {
    return random.ints(count).toArray();
  }

  private long[] longs(int count) {
    return random.longs(count).toArray();
  }

  private float[] floats(int count) {
    float[] values = new float[count];
    IntStream.range(0, count).forEach(i -> values[i] = Float.intBitsToFloat(random.nextInt()));
    values[0] = Float.NaN;
    return values;
  }
}
