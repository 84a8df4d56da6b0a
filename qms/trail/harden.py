"""What the application's database role may do on PostgreSQL: read and insert, and change only what is not frozen."""

from psycopg2.extensions import quote_ident

from qms.trail.triggers import protected


def statements(role: str, scope: object) -> list[str]:
    """Return the GRANTs and REVOKEs that leave a role without UPDATE, DELETE and TRUNCATE on append-only tables.

    `scope` is a psycopg2 connection or cursor, which quotes names by the server's encoding.
    """
    name = quote_ident(role, scope)
    frozen = sorted(model._meta.db_table for model in protected())
    made = [
        f"GRANT USAGE ON SCHEMA public TO {name}",
        f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {name}",
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {name}",
        f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {name}",
    ]
    return made + [f'REVOKE UPDATE, DELETE, TRUNCATE ON "{table}" FROM {name}' for table in frozen]
