/**
 * Builds a root of its own (read-only /usr, private /tmp, nothing else of the machine) in fresh namespaces, drops all
 * capabilities, sets limits and starts Python. A constant: nothing of a user's is in it.
 * Four processes of 512 MiB each at most, 10 s of CPU each, files of 16 MiB.
 */
export const SANDBOX_SCRIPT = `set -e
mount -t tmpfs -o size=1m,nr_inodes=64,mode=755 tmpfs /mnt
cd /mnt
mkdir usr tmp dev old proc
mount --rbind /usr usr
mount -o remount,bind,ro usr
ln -s usr/lib lib
ln -s usr/lib64 lib64
ln -s usr/bin bin
for d in null urandom; do touch dev/$d; mount --bind /dev/$d dev/$d; done
mount -t tmpfs -o size=16m,nr_inodes=1k,nosuid,nodev tmpfs tmp
mount -t proc proc proc
pivot_root . old
umount -l /old
mount -o remount,bind,ro /
umount -l /proc
cd /tmp
exec setpriv --bounding-set=-all --inh-caps=-all --no-new-privs prlimit --as=536870912 --nproc=4 --cpu=10 --fsize=16777216 --core=0 /usr/bin/python3 -I -c "$1"`;

/**
 * Reads `{program, tests}` from stdin, says `ready` on stdout, takes that away from the program, and runs program and test
 * for each test. Only after the last does it read the nonce from descriptor 3: till then no object of the interpreter holds
 * it. Then it writes one line: the nonce, and for each test `-` where it passed, or `!` and why it failed in hex.
 * What judges is bound before the program runs or is a method of a built-in type, so that patches do not reach it.
 * What the program prints goes to /dev/null.
 */
export const PYTHON_RUNNER = `import json, os, sys
def main(compile=compile, exec=exec, str=str, type=type, Any=BaseException, dup2=os.dup2, read=os.read,
         write=os.write, getpid=os.getpid, leave=os._exit, dup=os.dup, null=os.open("/dev/null", os.O_RDWR)):
    job = json.load(sys.stdin)
    program, tests = job["program"], tuple(job["tests"])
    del job
    write(1, b"ready\\n")
    channel, owner = dup(1), getpid()
    for fd in (0, 1, 2):
        dup2(null, fd)
    line = ""
    for test in tests:
        scope = {"__name__": "candidate"}
        passed, why = False, "The program failed: "
        try:
            exec(compile(program, "candidate", "exec"), scope)
            why = ""
            exec(compile(test, "test", "exec"), scope)
            passed = True
        except Any as error:
            passed = False
            try:
                why = "".join((why, type(error).__name__, ": ", str(error)[:200]))
            except Any:
                why = "an exception that cannot be shown"
        if getpid() != owner:
            leave(1)
        line += " -" if passed else " !" + why.encode("utf-8", "replace").hex()
    write(channel, read(3, 64) + line.encode() + b"\\n")
    leave(0)
main()
`;
