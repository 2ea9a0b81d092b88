using MultiagentFT.Cli.Rendering;
using MultiagentFT.Hub;

namespace MultiagentFT.Cli.Setup;

/// <summary>Names <c>hf:OWNER/NAME:FILE</c> in place of files on the command line: each becomes the path of the file in the cache.</summary>
internal static class HubArguments
{
    private static readonly string[] Options = ["--model", "--models", "--dataset", "--preferences", "--task", "--evaluation-task", "--embedding-model"];

    /// <summary>Whether there is such a name.</summary>
    public static bool Holds(string[] args) => Places(args).Any();

    /// <summary>Downloads what is not in the cache.</summary>
    /// <exception cref="Foundation.InputException">A name is none, or its file cannot be had.</exception>
    public static async Task<string[]> ResolveAsync(string[] args, Terminal terminal, CancellationToken cancellation)
    {
        var resolved = (string[])args.Clone();
        using var client = new HubClient(HubOptions.Create());
        foreach (var (place, start) in Places(args))
        {
            var name = args[place][start..];
            var path = await client.GetAsync(HubFile.Parse(name), again: false, null, new DownloadLines(terminal, name, TimeProvider.System), cancellation).ConfigureAwait(false);
            resolved[place] = args[place][..start] + path;
        }
        return resolved;
    }

    /// <summary>Which words they are in, and where in the word they begin.</summary>
    private static IEnumerable<(int Place, int Start)> Places(string[] args)
    {
        var option = "";
        for (var i = 0; i < args.Length && args[i] != "--"; i++)
        {
            if (args[i].StartsWith("--", StringComparison.Ordinal))
            {
                option = args[i];
                var value = option.IndexOfAny(['=', ':']) + 1;
                if (value > 0 && Options.Contains(option[..(value - 1)]) && HubFile.IsName(option[value..])) yield return (i, value);
            }
            else if (Options.Contains(option) && HubFile.IsName(args[i])) yield return (i, 0);
        }
    }
}
