"""`python -m mohalla`, the same as `mohalla`."""

from mohalla.cli.app import main

if __name__ == "__main__":
    main()
