/** The shell command by which a balancer's machine sends a command to its HAProxy. */
export function asking(command: string): string {
  const at = "s.connect('/var/lib/evenkeel/admin.sock')";
  return `python3 -c "import socket; s = socket.socket(socket.AF_UNIX); ${at}; s.sendall(b'${command}\\n'); print(s.makefile().read())"`;
}
