# Lines of launchers in a run's supervision log, to be sourced. The folder of the run is $run.

# shellcheck disable=SC2154 # $run is of whoever sources this

# A line: an event and its fields. Appended whole, beside those of the coordinator's process; lost where the disk is full.
event() { printf '%s event=%s\n' "$(date +%FT%T.%3N)" "$*" >>"$run/supervision.log" || true; }

# How often the kernel has killed for want of memory, where it says.
out_of_memory() { sed -n 's/^oom_kill //p' /sys/fs/cgroup/memory.events 2>/dev/null || true; }

# Fields that say how a process ended: its exit code ($1), the file of what it said ($2), and out_of_memory before it began ($3).
how_it_ended() {
  local cause
  if (($1 == 137)) && [[ $(out_of_memory) != "$3" ]]; then
    cause="out of memory: the kernel killed it"
  elif (($1 == 137)); then
    cause="killed, by hand or by the kernel for want of memory (dmesg tells)"
  else
    # shellcheck disable=SC1003 # a set of characters
    cause="its last line: $(tail -n 20 "$2" 2>/dev/null | grep -v '^[[:space:]]*$' | tail -n 1 | tr -d '\000-\037"\\' | cut -c 1-200 || true)"
  fi
  printf 'exit=%d' "$1"
  (($1 <= 128)) || printf ' signal=%s' "$(kill -l $(($1 - 128)) 2>/dev/null || echo $(($1 - 128)))"
  printf ' cause="%s" log=%s' "$cause" "${2#"$run/"}"
}
