"""Every setting, declared once: type, default, and what it does.

Order of precedence: environment `KLARSYN_*`, then `klarsyn.toml` in the data folder, then the default.
"""

from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from klarsyn.base.database_url import without_password
from klarsyn.base.paths import Folders, default_root


class SettingsError(Exception):
    """The settings cannot be used; the message says which one and what to do."""


class Settings(BaseSettings):
    """All settings of one process."""

    model_config = SettingsConfigDict(
        env_prefix="KLARSYN_", extra="forbid", frozen=True, hide_input_in_errors=True
    )

    data_folder: Path = Field(
        default_factory=default_root, description="Folder of database, images, cache and logs"
    )
    database_url: str = Field(
        "",
        description="Database that a department shares, as postgresql+psycopg://ACCOUNT@SERVER/DATABASE and "
        "without a password (docs/shared-server.md); empty: a file in the data folder",
    )
    image_folder: Path | None = Field(
        None,
        description="Folder of image files that all workstations and workers of a shared database reach; "
        "`images` in the data folder when absent",
    )
    drop_folder: Path | None = Field(
        None, description="Folder that `klarsyn serve` imports from, where its command line names none"
    )
    scoring_quiet_s: float = Field(
        20.0, ge=0, description="Seconds without new images after which a worker scores an exam"
    )
    worker_silence_s: float = Field(
        30.0, gt=0, description="Seconds after which a worker that gives no sign of life loses its exam"
    )
    policy: str = Field("practice", description="Reading policy: a file of resources/policies, without .toml")
    engine: str = Field("demo_cad", description="Engine that scores exams, by its entry-point name")
    engine_deadline_s: float = Field(
        300.0, gt=0, description="Seconds after which an engine is stopped and the exam goes on unscored"
    )
    engine_memory_mb: int = Field(4096, ge=256, description="Memory of its own an engine may map, in MiB")
    engine_allow_unsealed: bool = Field(
        False, description="Run third-party engines although this machine cannot seal them completely"
    )
    engine_servers: tuple[str, ...] = Field(
        (),
        description="Addresses beyond this machine that the pixels of exams may be sent to for analysis, "
        "word for word as in an engine's server.toml; grpc:// means without encryption",
    )
    result_sources: tuple[str, ...] = Field(
        (),
        description="Whose scores order the queue, best first: names of engines and of makers "
        "(resources/vendors), `engine` being the one in use; others are shown beside. Empty: the engine, "
        "then reports, newest first",
    )
    engine_runs: Literal["always", "where_no_report"] = Field(
        "always",
        description="Whether the engine also scores exams for which a maker's report already gives a score",
    )
    repairs: tuple[str, ...] = Field(
        (), description="Header repairs in force: files of resources/repairs, without .toml"
    )
    cache_limit_gb: float = Field(20.0, gt=0, description="Upper bound of the display cache in GiB")
    reader: str | None = Field(None, description="Reader's account; the operating system's when absent")
    administrators: tuple[str, ...] = Field(
        (),
        description="Accounts that may change the reading policy; empty: the account that owns the data "
        "folder, and with a shared database nobody",
    )
    claim_minutes: float = Field(
        30.0,
        ge=1,
        description="Minutes for which an open exam stays with its reader when the workstation falls silent",
    )
    reading_seconds: dict[Literal["ffdm", "dbt", "ffdm+dbt", "film", "priors"], int] = Field(
        default_factory=dict,
        description="Seconds that readers here take for an exam of each type, and more for one with priors, "
        "by which a session of so many minutes is planned; where absent 40, 80, 90, 60 and 10",
    )
    task_window_days: int = Field(
        60, ge=1, description="A study no older than this when it arrives is a reading task until it is read"
    )
    reading_task_max_age_days: int = Field(
        365, ge=1, description="A study older than this when it arrives is a prior, not a reading task"
    )
    prior_gap_days: int = Field(
        274,
        ge=1,
        description="A study between those two ages is a prior when the same woman has one newer by so much",
    )
    hold_incoming: bool = Field(
        False,
        description="Whether queues hold exams back while images or a score may still come; to be switched "
        "on where scoring runs by itself (`klarsyn serve`)",
    )
    protocol_views: tuple[str, ...] = Field(
        ("R CC", "L CC", "R MLO", "L MLO"),
        description="Views that the site takes of every woman; an exam that has them waits for no other",
    )
    quiet_minutes: float = Field(
        30.0, ge=0, description="Minutes without a new image after which an exam that lacks views is complete"
    )
    score_wait_minutes: float = Field(
        60.0, ge=0, description="Minutes after its last image at which an exam is read without a score"
    )
    longest_hold_hours: float = Field(
        12.0, ge=0, description="Hours after its first image beyond which nothing holds an exam back"
    )
    screen_visual_days: int = Field(
        1, ge=0, description="Days after which each screen's test pattern is to be looked at; 0: no reminder"
    )
    screen_measurement_days: int = Field(
        365, ge=0, description="Days after which each screen is to be measured again; 0: no reminder"
    )
    screen_limits: Literal["mammography", "primary", "secondary"] = Field(
        "mammography", description="Limits that a measured screen must hold (docs/display-curve.md)"
    )
    curve_folder: Path | None = Field(
        None,
        description="Folder in which files of measured display curves are looked for; `screens` in the data "
        "folder when absent",
    )
    hanging_protocol: str = Field(
        "screening",
        description="Protocol that exams are hung by at first: a file of resources/hanging or of the site's "
        "folder, without .toml",
    )
    hanging_folder: Path | None = Field(
        None,
        description="Folder of the site's own hanging protocols; `hanging` in the data folder when absent",
    )
    workers: int = Field(0, ge=0, description="Processes that read files during import; 0 takes one a core")

    @property
    def folders(self) -> Folders:
        """The folders below `data_folder`."""
        return Folders(self.data_folder, self.image_folder)

    @field_validator("database_url")
    @classmethod
    def _shared_database(cls, value: str) -> str:
        return without_password(value) if value else value

    @property
    def hanging_protocols(self) -> Path:
        """Folder of the site's own hanging protocols; it may not exist."""
        return self.hanging_folder or self.data_folder / "hanging"

    @property
    def curves(self) -> Path:
        """Folder of files with measured display curves; it may not exist."""
        return self.curve_folder or self.data_folder / "screens"

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003  pydantic's signature
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments over environment over `klarsyn.toml`; no dotenv and no secret folder."""
        named = init_settings().get("data_folder") or env_settings().get("data_folder") or default_root()
        toml = TomlConfigSettingsSource(settings_cls, toml_file=Path(named) / "klarsyn.toml")
        return init_settings, env_settings, toml


def load_settings(**overrides: Any) -> Settings:
    """Read the settings.

    Raises
    ------
    SettingsError
        If a value has the wrong type or an unknown name; the message names it.
    """
    try:
        return Settings(**{name: value for name, value in overrides.items() if value is not None})
    except ValidationError as error:
        lines = [f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()]
        raise SettingsError(
            "Settings cannot be read. Correct these in klarsyn.toml or in the KLARSYN_ environment: "
            + "; ".join(lines)
        ) from error
