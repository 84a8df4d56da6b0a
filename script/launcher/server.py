def main(arguments: list[str]) -> int:
    raise NotImplementedError
