# How the programs of this folder start; read in by ./millrace and ./health_check. POSIX sh.
#
#   launch NAME MODULE ARGS...   never returns; runs MODULE/target/<last part of MODULE>.jar
#
# Set before: MILLRACE_HOME (the root of the tree), rehearsal (main class and arguments of a harmless run that loads the
# classes of an everyday one and exits with 0; they go into the class data sharing archive, which saves about half of the
# start time), and also (a module that is built beside the everyday ones, for this program alone).
#
# Read from the environment: JAVA_HOME; MILLRACE_BUILD=never (run what is there and write nothing).
#
# Every line on the way to java is paid for at each call, also by a cron job: it costs a few milliseconds in all.

# Short runs: no second compiler, no parallel collector. What the JVM has to say about an archive that does not fit is
# switched off: it goes to stdout, which belongs to the program's answer, and it changes nothing but the start time.
flags='-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xlog:disable'

launch() {
  program=$1 module=$2
  shift 2
  export MILLRACE_HOME
  case $MILLRACE_HOME in
    *:*) fail "Java cannot load classes from a folder with ':' in its name: $MILLRACE_HOME. Move it." ;;
  esac
  out=$MILLRACE_HOME/$module/target
  jar=$out/${module##*/}.jar
  stamp=$MILLRACE_HOME/target/build${also:+-${also##*/}}.stamp
  find_java
  prepare
  [ -s "$archive" ] || archive=
  exec "$java" $flags ${archive:+"-XX:SharedArchiveFile=$archive"} -jar "$jar" "$@"
}

say() { printf '%s: %s\n' "$program" "$1" >&2; }

fail() {
  say "$1"
  exit 1
}

# ---- Java --------------------------------------------------------------------------------------------------------

# Sets java, java_home (the folder around it, or nothing sensible), and version (in full).
find_java() {
  if [ -n "${JAVA_HOME-}" ]; then
    java_home=$JAVA_HOME java=$JAVA_HOME/bin/java
    [ -x "$java" ] || fail "JAVA_HOME is $JAVA_HOME, but there is no bin/java in it. Let it name a JDK 17 or newer."
  else
    java=$(command -v java) || fail "Java was not found. Install a JDK 17 or newer, or let JAVA_HOME name one."
    java_home=$(readlink -f "$java") && java_home=${java_home%/bin/java}
  fi
  read_release || ask_java
  major=${version#1.}
  major=${major%%[!0-9]*}
  [ "${major:-0}" -ge 17 ] ||
    fail "Java 17 or newer is needed, and $java is Java ${version:-of unknown age}. Let JAVA_HOME name a newer JDK."
}

# A JDK says its version in a file, which is read much faster than java starts.
read_release() {
  version=
  [ -r "$java_home/release" ] || return 1
  while IFS='="' read -r key _ value _; do
    case $key in
      JAVA_VERSION) version=${version:-$value} ;;
      JAVA_RUNTIME_VERSION) version=$value ;;
    esac
  done <"$java_home/release"
  [ -n "$version" ]
}

ask_java() {
  version=$("$java" -version 2>&1 | sed -n 's/.* version "\([^"]*\)".*/\1/p')
}

# ---- What is run -------------------------------------------------------------------------------------------------

prepare() {
  archive=$out/${module##*/}-$version.jsa
  if [ "${MILLRACE_BUILD-}" != never ] && [ -w "$MILLRACE_HOME" ]; then
    ! is_stale || build
    ! is_archive_stale || make_archive
  fi
  [ -f "$jar" ] || fail "$jar is missing. Run 'mvn package' in $MILLRACE_HOME as a user who may write there."
}

is_stale() {
  [ -f "$jar" ] && [ -f "$stamp" ] || return 0
  [ -n "$(find "$MILLRACE_HOME/pom.xml" "$MILLRACE_HOME"/*/pom.xml "$MILLRACE_HOME"/*/*/pom.xml \
    "$MILLRACE_HOME"/*/src/main "$MILLRACE_HOME"/*/*/src/main -newer "$stamp" -print -quit 2>/dev/null)" ]
}

is_archive_stale() {
  [ -f "$archive" ] || return 0
  [ -n "$(find "$jar" "$out/lib" -newer "$archive" -print -quit 2>/dev/null)" ]
}

# The JVM ignores an archive when a jar is not the very file that it was made with, so it is made anew after each build.
# It is tried before it counts, because a JVM can crash on one that was cut short (a full disk). An empty one says that
# it was tried in vain, and keeps the next call from trying again.
make_archive() {
  [ -w "$out" ] || return 0
  draft=$archive.$$
  { rehearse "-XX:ArchiveClassesAtExit=$draft" && rehearse -Xshare:on "-XX:SharedArchiveFile=$draft"; } \
    >"$out/archive.log" 2>&1 </dev/null || { rm -f "$draft" && : >"$draft"; }
  mv -f "$draft" "$archive"
}

# In the root of the tree, so that the arguments can name apps and a folder that is not there without spelling a path.
rehearse() (
  cd "$MILLRACE_HOME" || exit 1
  "$java" $flags -XX:-CreateCoredumpOnCrash "-XX:ErrorFile=$out/archive.crash" "$@" -cp "$jar" $rehearsal
)

# ---- Building ----------------------------------------------------------------------------------------------------

build() {
  lock=$MILLRACE_HOME/target/build.lock
  mkdir -p "$MILLRACE_HOME/target"
  trap 'leave 130' INT
  trap 'leave 143' HUP TERM
  take_lock
  ! is_stale || run_maven
  rm -rf "$lock"
  trap - INT HUP TERM
}

leave() {
  [ -z "${maven-}" ] || kill "$maven" 2>/dev/null
  rm -f "$stamp.$$"
  [ "$(cat "$lock/owner" 2>/dev/null)" != "$$" ] || rm -rf "$lock"
  exit "$1"
}

# The stamp carries the time at which the build began: what is edited while it runs counts as newer.
run_maven() {
  log=$MILLRACE_HOME/target/build.log
  check_maven
  say "building; the first time this takes a few minutes. Log: $log"
  : >"$stamp.$$"
  "$mvn" -q -B -f "$MILLRACE_HOME/pom.xml" -Dmaven.test.skip=true "-Dbuild.commit=$(commit)" \
    -pl "tools/cli,tools/health-check,apps/mycode${also:+,$also}" -am package >"$log" 2>&1 </dev/null &
  maven=$!
  if wait "$maven"; then
    maven=
    mv -f "$stamp.$$" "$stamp"
  else
    maven=
    cat "$log" >&2
    say "the build failed; its log stands above and in $log."
    leave 1
  fi
}

# For --version; nothing outside of a clone, or without git.
commit() { git -C "$MILLRACE_HOME" describe --always --dirty --exclude='*' --abbrev=12 2>/dev/null; }

# Sets mvn.
check_maven() {
  mvn=$(command -v mvn) || give_up "Maven was not found, and there is something to build. Install Maven 3.8.6 or newer."
  if [ -x "$java_home/bin/javac" ]; then
    export JAVA_HOME="$java_home"
  elif [ -x "$java_home/bin/java" ]; then
    give_up "$java_home has no compiler, and there is something to build. Install a JDK 17 or newer, not only a JRE."
  fi
  maven_version=$("$mvn" -v 2>/dev/null | sed -n 's/.*Apache Maven \([0-9][0-9.]*\).*/\1/p')
  printf '%s\n' "${maven_version:-0}" | awk -F. '{ exit !($1 * 1000000 + $2 * 1000 + $3 >= 3008006) }' ||
    give_up "Maven 3.8.6 or newer is needed to build, and $mvn is Maven ${maven_version:-of unknown age}."
}

give_up() {
  say "$1"
  leave 1
}

# A folder is a lock that only one can make. Whoever finds one whose owner is dead becomes its heir: only one can make
# the folder inside, and looks again at the owner before the name is changed.
take_lock() {
  waited=0
  until mkdir "$lock" 2>/dev/null; do
    owner=$(cat "$lock/owner" 2>/dev/null)
    if is_abandoned && mkdir "$lock/heir" 2>/dev/null; then
      [ "$owner" != "$(cat "$lock/owner" 2>/dev/null)" ] || { own_lock && return; }
      rmdir "$lock/heir"
      continue
    fi
    [ "$waited" -ne 1 ] || say "another build runs (process ${owner:-unknown}); waiting for it."
    [ "$waited" -lt 1800 ] || fail "the other build takes over half an hour. If none runs, remove $lock and try again."
    waited=$((waited + 1))
    sleep 1
  done
  own_lock
}

# No owner: between making the folder and writing into it, or killed there.
is_abandoned() {
  [ -d "$lock" ] || return 1
  if [ -n "$owner" ]; then ! kill -0 "$owner" 2>/dev/null && [ ! -d "/proc/$owner" ]; else [ "$waited" -ge 10 ]; fi
}

own_lock() {
  printf '%s\n' "$$" >"$lock/owner.$$" && mv -f "$lock/owner.$$" "$lock/owner" && rm -rf "$lock/heir"
}
