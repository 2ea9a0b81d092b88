namespace MultiagentFT.Foundation;

/// <summary>Where things are kept that can be made again: <c>$XDG_CACHE_HOME/multiagentft</c>, or <c>~/.cache/multiagentft</c>; the local data of the user on Windows.</summary>
public static class CacheFolder
{
    public static string Path => System.IO.Path.Combine(Home(), "multiagentft");

    private static string Home()
    {
        if (Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } home) return System.IO.Path.GetFullPath(home);
        return OperatingSystem.IsWindows()
            ? Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData)
            : System.IO.Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache");
    }
}
