namespace MultiagentFT.Cli;

/// <summary>What <c>mft</c> tells its caller.</summary>
public static class ExitCode
{
    public const int Success = 0;

    /// <summary>Something went wrong that better input would not have prevented.</summary>
    public const int Failure = 1;

    /// <summary>An option, a file or a key is not what it has to be.</summary>
    public const int BadInput = 2;

    /// <summary>Ctrl-C, as shells report it.</summary>
    public const int Interrupted = 130;
}
