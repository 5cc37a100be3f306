/* confine.c - see confine.h.  Landlock from Linux 5.13, seccomp with a filter of our own. */
#include "app/confine.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* -- Landlock ------------------------------------------------------------------------------------------------------- */

/* Every right of the first version; the later ones (REFER, TRUNCATE) only where the kernel knows them. */
static uint64_t rights_of(long abi) {
    uint64_t all = (LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1;
    if (abi >= 2) all |= UINT64_C(1) << 13;
    if (abi >= 3) all |= UINT64_C(1) << 14;
    return all;
}

static void allow(int ruleset, const char *path, uint64_t rights) {
    int fd = open(path, O_PATH | O_CLOEXEC);
    if (fd < 0) return;
    struct landlock_path_beneath_attr rule = { .allowed_access = rights, .parent_fd = fd };
    syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0);
    close(fd);
}

static bool landlock(const char *const *folders) {
    static const char *const always[] = { "/tmp", "/var/tmp", "/dev", NULL };
    long abi = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
    if (abi < 1) return false;
    uint64_t all = rights_of(abi), written = all & ~(uint64_t)LANDLOCK_ACCESS_FS_EXECUTE;
    struct landlock_ruleset_attr attr = { .handled_access_fs = all };
    int ruleset = (int)syscall(SYS_landlock_create_ruleset, &attr, sizeof attr, 0);
    if (ruleset < 0) return false;
    allow(ruleset, "/", LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR);
    for (size_t i = 0; always[i]; i++) allow(ruleset, always[i], written);
    for (size_t i = 0; folders[i]; i++) allow(ruleset, folders[i], written);
    bool ok = syscall(SYS_landlock_restrict_self, ruleset, 0) == 0;
    close(ruleset);
    return ok;
}

/* -- seccomp -------------------------------------------------------------------------------------------------------- */

static const uint32_t refused[] = {
    SYS_execve, SYS_execveat, SYS_mount, SYS_umount2, SYS_pivot_root, SYS_chroot, SYS_unshare, SYS_setns, SYS_init_module,
    SYS_finit_module, SYS_delete_module, SYS_kexec_load, SYS_kexec_file_load, SYS_reboot, SYS_swapon, SYS_swapoff, SYS_bpf,
    SYS_perf_event_open, SYS_userfaultfd, SYS_process_vm_readv, SYS_process_vm_writev, SYS_add_key, SYS_request_key, SYS_keyctl,
    SYS_acct, SYS_quotactl, SYS_personality, SYS_settimeofday, SYS_clock_settime, SYS_open_by_handle_at, SYS_name_to_handle_at };
enum { REFUSED = sizeof refused / sizeof *refused };

#if defined(__x86_64__)
#define OUR_ARCH AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define OUR_ARCH AUDIT_ARCH_AARCH64
#endif

static bool seccomp_filter(void) {
    struct sock_filter f[REFUSED + 6];
    unsigned short n = 0;
    f[n++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch));
    f[n++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, OUR_ARCH, 1, 0);
    f[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS); /* another architecture's numbers */
    f[n++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr));
    for (unsigned i = 0; i < REFUSED; i++)
        f[n++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, refused[i], (unsigned char)(REFUSED - i), 0);
    f[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
    f[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM);
    struct sock_fprog prog = { n, f };
    return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &prog) == 0;
}

void confine(const char *const *folders, const char **missing) {
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    bool files = landlock(folders), calls = seccomp_filter();
    *missing = files ? calls ? NULL : "seccomp" : calls ? "Landlock" : "Landlock and seccomp";
}
