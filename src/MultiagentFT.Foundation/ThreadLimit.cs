namespace MultiagentFT.Foundation;

/// <summary>How many threads this machine can use.</summary>
public static class ThreadLimit
{
    private const int PerCore = 4;
    private const int Least = 8;

    /// <summary>More than these only wait for each other, and libraries abort or hang with thousands.</summary>
    public static int Most => Of(Environment.ProcessorCount);

    internal static int Of(int cores) => Math.Max(Least, PerCore * cores);

    /// <param name="source">The option or key.</param>
    /// <param name="threads">What it asks for.</param>
    /// <exception cref="InputException">More than <see cref="Most"/>.</exception>
    public static void Check(string source, int threads)
    {
        if (threads > Most)
            throw new InputException(source, null, $"at most {Most} threads, as this machine has {Environment.ProcessorCount} cores", $"{threads}");
    }
}
