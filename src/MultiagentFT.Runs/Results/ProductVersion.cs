using System.Reflection;

namespace MultiagentFT.Runs.Results;

/// <summary>Which build of this product made a result.</summary>
/// <param name="Version">Such as <c>0.1.0</c>.</param>
/// <param name="Commit">The revision built from; <c>unknown</c> when built outside a repository.</param>
public sealed record ProductVersion(string Version, string Commit)
{
    public static ProductVersion Current { get; } = Parse(
        typeof(ProductVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "");

    /// <summary>Splits an informational version: version, plus sign, revision.</summary>
    public static ProductVersion Parse(string informational)
    {
        var plus = informational.IndexOf('+');
        return plus < 0 ? new(informational, "unknown") : new(informational[..plus], informational[(plus + 1)..]);
    }
}
