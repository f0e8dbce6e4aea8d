#!/bin/sh
# build.sh SUITE FOLDER: a root file system of Debian, made ready for what user data asks for: no machine of the lab reaches a mirror.
set -eu
suite=$1 root=$2
here=$(dirname "$(readlink -f "$0")")
packages=systemd,systemd-sysv,dbus,udev,iproute2,procps,sudo,curl,ca-certificates,python3,cloud-init,openssh-server
packages=$packages,haproxy,nftables,unattended-upgrades

# From the mirror that this computer's own apt uses, where that is Debian's; otherwise from mmdebstrap's default.
mirror=$(apt-get indextargets --format '$(ORIGIN) $(CODENAME) $(REPO_URI)' 'Created-By: Packages' 2>/dev/null |
  awk '$1 == "Debian" && $2 !~ /-/ { print $3; exit }') || mirror=

mmdebstrap --mode=root --variant=minbase --quiet --include="$packages" \
  --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/doc/*' \
  "$suite" "$root" ${mirror:+"deb $mirror $suite main"}

# Docker itself does not run in there.
dpkg-deb --root-owner-group --build "$here/docker.io" "$root/docker.io.deb" >/dev/null
chroot "$root" dpkg --install /docker.io.deb >/dev/null
rm "$root/docker.io.deb"

# What is one machine's own; and no mirror, so that nothing waits for one.
rm -f "$root"/etc/ssh/ssh_host_* "$root/etc/hostname" "$root/etc/resolv.conf" "$root/etc/apt/sources.list"
rm -rf "$root"/etc/apt/sources.list.d/* "$root"/var/lib/apt/lists/* "$root"/var/lib/cloud/*
: >"$root/etc/machine-id"

# The network is there already when a machine starts, as with a cloud's DHCP, but for the asking.
cat >"$root/etc/cloud/cloud.cfg.d/99-lab.cfg" <<'END'
datasource_list: [ NoCloud, None ]
network: { config: disabled }
locale: C.UTF-8
manage_etc_hosts: localhost
END
