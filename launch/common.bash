# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154 # who sources it sets `me`, and reads what is set here
# What the launchers share: the nodes of a run, and how to see them through to its end.

KNOWN_ROLES=' coordinator data trainer teacher assigner checkpointer evaluator '
COMPUTING_ROLES=' trainer teacher assigner evaluator ' # those that use a device
NEEDED_ROLES=(coordinator data trainer checkpointer)
LAST_ONES=5  # seconds that nodes have to leave by themselves once the coordinator's has ended
TO_END=120   # seconds that they then have, told to end; launch/keep kills them before

names=()   # of each node, which files and messages name it by
roles=()   # of each node, with commas
devices=() # of each node: cpu, gpu0, ... or empty

say() { (trap '' PIPE; echo "$me: $*" 2>/dev/null) || true; } # the terminal may be gone
die() { echo "$me: $*" >&2; exit 2; }

# Whether a list with commas holds a word.
has() { [[ ,$1, == *,$2,* ]]; }

# What is wrong with a node's roles or device, or nothing.
fault_of() { # ROLES DEVICE
  local role seen=, computes=false
  [[ $1 =~ ^[^,]+(,[^,]+)*$ ]] || { echo "\"$1\" is not a list of roles with commas"; return; }
  for role in ${1//,/ }; do
    [[ $KNOWN_ROLES == *" $role "* ]] || { echo "\"$role\" is no role; there are:${KNOWN_ROLES% }"; return; }
    [[ $seen != *",$role,"* ]] || { echo "$role is named twice"; return; }
    seen+=$role,
    [[ $COMPUTING_ROLES != *" $role "* ]] || computes=true
  done
  [[ $2 =~ ^(|cpu|gpu[0-9]+)$ ]] || { echo "\"$2\" is not a device: cpu, gpu0, gpu1, ..."; return; }
  [[ $2 != gpu* ]] || $computes || echo "$1 has no use for $2: only${COMPUTING_ROLES% } compute"
}

add_node() { # ROLES DEVICE
  local name=$1 same=1 other
  for other in "${roles[@]}"; do [[ $other != "$1" ]] || same=$((same + 1)); done
  ((same == 1)) || name+=-$same
  names+=("$name") roles+=("$1") devices+=("$2")
}

# The roles without which no run begins and that no node has.
missing_roles() {
  local role missing=() all
  all=$(IFS=,; echo "${roles[*]}")
  for role in "${NEEDED_ROLES[@]}"; do has "$all" "$role" || missing+=("$role"); done
  echo "${missing[*]}"
}

# Sets `seeds` to the addresses given: the coordinator's node founds the cluster, so it is the first. All the others are named
# too, so that a coordinator's node that is started again finds the cluster that lives on instead of founding a second one.
order_seeds() { # ADDRESS of each node
  local address i=0 first=() others=()
  for address; do
    if has "${roles[i]}" coordinator; then first+=("$address"); else others+=("$address"); fi
    i=$((i + 1))
  done
  seeds=$(IFS=,; echo "${first[*]}${others[*]:+,${others[*]}}")
}

# Sets `device_options` to what tells node I its device.
device_options() { # I
  local role
  device_options=()
  [[ -n ${devices[$1]} ]] || return 0
  for role in ${roles[$1]//,/ }; do
    [[ $COMPUTING_ROLES != *" $role "* ]] || device_options+=(--set "gnomon.roles.$role.device=${devices[$1]}")
  done
}

# Words as a shell takes them, quoted where they must be.
quoted() {
  local word words=()
  for word; do
    [[ $word =~ ^[A-Za-z0-9@%_+=:,./-]+$ ]] || word="'${word//\'/\'\\\'\'}'"
    words+=("$word")
  done
  echo "${words[*]}"
}

# A sleep without a process: nothing ever comes on 8. Traps only set variables, and what follows is done after the nap: bash 5.2
# jumps out of a trap when the time of the read is up meanwhile, and so do processes that the trap has forked, into copies of the loop.
exec 8<> <(:)
nap() { read -r -t "$1" -u 8 || true; }

# --- From the start of all nodes to their end. The launcher sets pids[I] to the process that stands for node I and ends with its
# exit code, and defines end_node I, which tells the node to end, and log_of I.

AGAIN=10     # seconds after which a node is told again to end: it may have been out of reach, or not up yet
LAST_ONES=5  # seconds that nodes have to leave by themselves once the coordinator's has ended
TO_END=120   # seconds that all have, told to end; launch/keep kills them before

pids=()
signals=0    # how many have come that ask for the end and are not heeded yet: trap on_signal INT TERM
leave=false  # whether this launcher leaves the nodes to themselves
result=0     # the coordinator's exit code, or that of a node without which the run could not go on
told=nobody  # to end: nobody, coordinator or all
tell_at=0    # when they are told again
all_at=0     # when all are told, as the coordinator's node has ended; 0 = it has not
give_up_at=0 # when those that are left are out of reach
leavers=()   # what is said of nodes that left before the coordinator's, if that does not end soon
leavers_at=0

tell_to_end() { # coordinator or all
  told=$1 tell_at=$((SECONDS + AGAIN))
  local i
  for i in "${!pids[@]}"; do
    if [[ $told == all ]] || has "${roles[i]}" "$told"; then end_node "$i"; fi
  done
}

on_signal() { signals=$((signals + 1)); }

# Once: the coordinator ends the run after a last checkpoint, and the other nodes with it. Twice: each is told.
heed_signals() {
  while ((signals > 0)); do
    signals=$((signals - 1))
    if [[ $told == nobody ]] && ((all_at == 0)); then
      say "ending the run after a last checkpoint"
      tell_to_end coordinator
    else
      say "telling every node to end"
      all_at=$SECONDS
    fi
  done
}

# The roles of node I that no other living node has.
lost_with() { # I
  local role i lost=()
  for role in ${roles[$1]//,/ }; do
    for i in "${!pids[@]}"; do has "${roles[i]}" "$role" && continue 2; done
    lost+=("$role")
  done
  echo "${lost[*]}"
}

on_end() { # I CODE
  local lost
  lost=$(lost_with "$1")
  (($2 == 0)) || say "${names[$1]} ended with $2; see $(log_of "$1")"
  if has "${lost// /,}" coordinator; then
    ((all_at > 0)) || all_at=$((SECONDS + LAST_ONES))
    ((result != 0)) || result=$2
  elif [[ $told != nobody || -z $lost ]] || ((all_at > 0)); then
    :
  elif (($2 == 0)); then
    leavers+=("${names[$1]} has left; the run waits until a node takes over: $lost") leavers_at=$((SECONDS + LAST_ONES))
  elif [[ $lost == evaluator ]]; then
    say "the run goes on without scores, and waits for an evaluator when it is through; end it then"
  else
    say "no other node can take over: $lost. Ending the run; started again, it goes on from its newest checkpoint"
    result=$2
    tell_to_end coordinator
  fi
}

# What the time has brought.
on_time() {
  local i words
  if [[ $told != all ]] && ((all_at > 0 && SECONDS >= all_at)); then
    give_up_at=$((SECONDS + TO_END))
    tell_to_end all
  elif [[ $told != nobody ]] && ((SECONDS >= tell_at)); then
    tell_to_end "$told"
  fi
  if ((give_up_at > 0 && SECONDS >= give_up_at)); then
    for i in "${!pids[@]}"; do
      say "${names[i]} does not answer and is left to itself; see $(log_of "$i")"
      kill -KILL "${pids[i]}" 2>/dev/null
    done
  fi
  if ((${#leavers[@]} > 0 && all_at == 0 && SECONDS >= leavers_at)); then
    for words in "${leavers[@]}"; do say "$words"; done
    leavers=()
  fi
}

attend() {
  local i code
  while ((${#pids[@]} > 0)); do
    nap 0.2
    heed_signals
    ! $leave || return 0
    for i in "${!pids[@]}"; do
      kill -0 "${pids[i]}" 2>/dev/null && continue
      code=0
      wait "${pids[i]}" 2>/dev/null || code=$?
      unset "pids[i]"
      heed_signals # what ended it may have come to this launcher too, and that comes first
      ! $leave || return 0
      on_end "$i" "$code"
    done
    on_time
  done
}
