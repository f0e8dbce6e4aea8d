#!/bin/sh
# machine.sh NAME IMAGE FOLDER: runs a machine on a copy of IMAGE until it is switched off. FOLDER holds its seed, and gets its disk.
set -eu
name=$1 image=$2 folder=$3
mkdir -p "$folder/changes" "$folder/work" "$folder/root" "/sys/fs/cgroup/$name"
mount -t overlay overlay -o "lowerdir=$image,upperdir=$folder/changes,workdir=$folder/work" "$folder/root"
mkdir -p "$folder/root/var/lib/cloud/seed"
cp -r "$folder/seed" "$folder/root/var/lib/cloud/seed/nocloud"
echo 0 >"/sys/fs/cgroup/$name/cgroup.procs"
while :; do
  code=0
  # The machine may set what is its network's own, such as net.core.somaxconn.
  SYSTEMD_NSPAWN_API_VFS_WRITABLE=network systemd-nspawn --quiet --boot --directory="$folder/root" --machine="$name" \
    --network-namespace-path="/run/netns/$name" --capability=CAP_NET_ADMIN --register=no --keep-unit \
    --console=pipe --link-journal=no --resolv-conf=off --timezone=off || code=$?
  # So it says that it was asked to start again.
  [ "$code" = 133 ] || exit "$code"
done
