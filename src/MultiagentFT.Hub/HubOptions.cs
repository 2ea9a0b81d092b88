using MultiagentFT.Foundation;

namespace MultiagentFT.Hub;

/// <summary>Where files come from and where they go.</summary>
public sealed record HubOptions
{
    public const string EndpointVariable = "HF_ENDPOINT";
    public const string TokenVariable = "HF_TOKEN";

    /// <summary>The server. Default that of Hugging Face.</summary>
    public Uri Endpoint { get; init; } = new("https://huggingface.co");

    /// <summary>Folder of what was downloaded. Default <c>~/.cache/multiagentft/hub</c>.</summary>
    public string Cache { get; init; } = Path.Combine(CacheFolder.Path, "hub");

    /// <summary>Sent to <see cref="Endpoint"/> alone; null: none.</summary>
    public string? Token { get; init; }

    /// <summary>Attempts in a row that bring nothing before a download is given up. 1 or more. Default 5.</summary>
    public int Attempts { get; init; } = 5;

    /// <summary>A server that sends nothing for so long is taken for lost. Default a minute.</summary>
    public TimeSpan Silence { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Time between attempts, doubled with each in a row. Default a second.</summary>
    public TimeSpan Wait { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Bytes that are free in a folder. Default what the system says.</summary>
    public Func<string, long> FreeBytes { get; init; } = folder => new DriveInfo(folder).AvailableFreeSpace;

    /// <summary>Clock of waits and rates.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>By what is given, else the environment's <c>HF_ENDPOINT</c> and <c>HF_TOKEN</c>.</summary>
    /// <param name="endpoint">Null: the environment's, or the default.</param>
    /// <param name="cache">Null: the default.</param>
    /// <param name="tokenFile">Null: the environment's token, or none.</param>
    /// <exception cref="InputException">One of them is no address, or holds no token.</exception>
    public static HubOptions Create(string? endpoint = null, string? cache = null, string? tokenFile = null)
    {
        var options = new HubOptions();
        if ((endpoint ?? Environment.GetEnvironmentVariable(EndpointVariable)) is { Length: > 0 } address) options = options with { Endpoint = AddressOf(address, endpoint is null ? EndpointVariable : "--endpoint") };
        if (cache is not null) options = options with { Cache = OutputPath.RequireFolder(cache, "--cache") };
        return options with { Token = tokenFile is not null ? TokenOf(tokenFile) : Environment.GetEnvironmentVariable(TokenVariable) is { Length: > 0 } token ? Checked(token, TokenVariable) : null };
    }

    /// <exception cref="InputException">It is not one of http or https.</exception>
    public static Uri AddressOf(string text, string source) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https" && address.UserInfo.Length == 0
            ? address
            : throw new InputException(source, null, "an address of http or https without a password", text);

    private static string TokenOf(string file)
    {
        try
        {
            return Checked(File.ReadAllText(file).Trim(), file);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new InputException(file, null, "a file with a token", error.Message, error);
        }
    }

    /// <summary>The message does not repeat it.</summary>
    private static string Checked(string token, string source) => token.Length is > 0 and < 1000 && token.All(letter => letter is > ' ' and < '\x7f')
        ? token
        : throw new InputException(source, null, "a token of printable ASCII", "something else");
}
