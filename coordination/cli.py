"""The command line: `coordination COMMAND …`.

Each command is a function in a module that is imported when it runs: the database starts before
the application is put together, and `tally` and `recount` need neither.
"""

import gc
import importlib
import sys

COMMANDS = {
    "serve": ("coordination.launcher:serve", "启动服务（含内置数据库和任务进程）"),
    "demo": ("coordination.demo:main", "同 serve，另装入演示数据"),
    "work": ("coordination.worker:main", "只启动任务进程"),
    "migrate": ("coordination.migrate_command:main", "把数据库升级到本版本的结构"),
    "import-roll": ("coordination.registry.import_command:main", "导入一个小区的业主名册"),
    "import-tickets": (
        "coordination.tickets.doors.imports.import_command:main",
        "导入热线、信访的台账",
    ),
    "tally": ("coordination.ballots.tally_command:main", "统计一次纸面表决，无需服务器"),
    "recount": ("coordination.ballots.recount:main", "用公示包复算结果，无需服务器"),
    "audit": ("coordination.audit_command:main", "核对审计日志的哈希链"),
    "backup": ("coordination.backup:main", "备份数据库和文件（不含密钥）"),
    "restore": ("coordination.restore:main", "把备份恢复到空数据库"),
    "monitor": (
        "coordination.ballots.witnessing.monitor_command:main",
        "从外面跟踪一个公示票箱，出错时报警",
    ),
    "cosign": (
        "coordination.ballots.witnessing.cosign_command:main",
        "用本单位的钥匙见证一个公示票箱",
    ),
    "key": ("coordination.key_command:main", "换密钥（rotate，先停止服务），生成见证钥匙（make）"),
    "upgrade-data": ("coordination.upgrade:main", "把内置数据库升级到新的 PostgreSQL 主版本"),
}


def main() -> int:
    """Run the command that the command line names; its exit code."""
    name, *rest = sys.argv[1:] or ["--help"]
    if name in COMMANDS:
        return call(COMMANDS[name][0], rest)
    known = "\n".join(f"  {command:<15}{what}" for command, (_, what) in COMMANDS.items())
    text = f"coordination COMMAND …\n\n{known}\n\ncoordination COMMAND --help"
    asked_for_help = name in ("-h", "--help")
    print(text, file=sys.stdout if asked_for_help else sys.stderr)
    return 0 if asked_for_help else 2


def call(target: str, argv: list[str]) -> int:
    """Run "module:function" with these words."""
    module, function = target.split(":")
    gc.disable()  # what is loaded stays; to look for waste in it takes a seventh of the start
    found = getattr(importlib.import_module(module), function)
    gc.freeze()
    gc.enable()
    return found(argv)
