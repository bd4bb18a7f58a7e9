package dev.weir.money;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/**
 * Reads and updates the known data about a user, as of any time. Each update returns a new {@link
 * UserInfo}. Its size is bounded: it keeps the last {@value #MOST_VERSIONS} versions of each fact
 * and the first {@value #MOST_TYPES} money types.
 */
final class KnownUser {
  static final int MOST_VERSIONS = 64;
  static final int MOST_TYPES = 32;

  private KnownUser() {}

  static UserInfo unknown() {
    return UserInfo.newBuilder().build();
  }

  /**
   * @param forgetBefore versions that were replaced before this time are removed
   * @param tooMany called if another version is removed because there are too many
   */
  static UserInfo withBirthYear(
      UserInfo user, long since, int year, long forgetBefore, Runnable tooMany) {
    return UserInfo.newBuilder(user)
        .setBirthYears(
            with(
                user.getBirthYears(),
                new BirthYear(since, year),
                BirthYear::getSince,
                forgetBefore,
                tooMany))
        .build();
  }

  /**
   * @param forgetBefore versions that were replaced before this time are removed
   * @param tooMany called if another version is removed because there are too many
   */
  static UserInfo withCountry(
      UserInfo user, long since, String code, long forgetBefore, Runnable tooMany) {
    return UserInfo.newBuilder(user)
        .setCountries(
            with(
                user.getCountries(),
                new ResidentCountry(since, code),
                ResidentCountry::getSince,
                forgetBefore,
                tooMany))
        .build();
  }

  /** Returns whether there is room for one more money type. */
  static boolean hasPlaceForMoneyType(UserInfo user) {
    return user.getMoneyTypes().size() < MOST_TYPES;
  }

  static UserInfo withMoneyType(UserInfo user, String type) {
    List<String> types = new ArrayList<>(user.getMoneyTypes());
    types.add(type);
    return UserInfo.newBuilder(user).setMoneyTypes(types).build();
  }

  /** Returns null if nothing is known. */
  static UserFacts asOf(UserInfo user, long time) {
    Integer year = asOf(user.getBirthYears(), time, BirthYear::getSince, BirthYear::getBirthYear);
    String country =
        asOf(user.getCountries(), time, ResidentCountry::getSince, ResidentCountry::getCode);
    return year == null && country == null ? null : new UserFacts(year, country);
  }

  private static <V> List<V> with(
      List<V> versions, V added, ToLongFunction<V> since, long forgetBefore, Runnable tooMany) {
    List<V> now = new ArrayList<>(versions.size() + 1);
    int at = 0;
    while (at < versions.size()
        && since.applyAsLong(versions.get(at)) <= since.applyAsLong(added)) {
      now.add(versions.get(at++));
    }
    // Of two versions at the same instant, the one with the later turn counts.
    if (!now.isEmpty() && since.applyAsLong(now.get(now.size() - 1)) == since.applyAsLong(added)) {
      now.remove(now.size() - 1);
    }
    now.add(added);
    now.addAll(versions.subList(at, versions.size()));
    int kept = 0;
    while (kept + 1 < now.size() && since.applyAsLong(now.get(kept + 1)) <= forgetBefore) {
      kept++;
    }
    if (now.size() - kept > MOST_VERSIONS) {
      kept = now.size() - MOST_VERSIONS;
      tooMany.run();
    }
    return List.copyOf(now.subList(kept, now.size()));
  }

  private static <V, F> F asOf(
      List<V> versions, long time, ToLongFunction<V> since, Function<V, F> field) {
    F found = null;
    for (V version : versions) {
      if (since.applyAsLong(version) <= time) {
        found = field.apply(version);
      }
    }
    return found;
  }
}
