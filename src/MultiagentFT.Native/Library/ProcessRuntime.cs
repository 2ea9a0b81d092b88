using MultiagentFT.Contracts.Generation;
using MultiagentFT.Foundation;

namespace MultiagentFT.Native.Library;

/// <summary>The runtime whose native libraries this process uses. Their symbols have the same names, so there is no second one.</summary>
public static class ProcessRuntime
{
    /// <summary>Names the runtime of a process that asks for none: <c>native</c> or <c>llamasharp</c>.</summary>
    public const string Variable = "MFT_RUNTIME";

    private static readonly Lock Gate = new();
    private static RuntimeKind _used;

    /// <summary>Those that this build has.</summary>
    public static IReadOnlyList<RuntimeKind> Built { get; } =
        [.. Enum.GetValues<RuntimeKind>().Where(kind => kind != RuntimeKind.Auto && NativeBuild.Has(kind))];

    /// <summary>Settles the runtime of this process, with the first call for good.</summary>
    /// <returns>The one in use, never <see cref="RuntimeKind.Auto"/>.</returns>
    /// <exception cref="InputException">The build does not have it, or another one is in use.</exception>
    public static RuntimeKind Use(RuntimeKind kind)
    {
        lock (Gate)
        {
            if (_used == RuntimeKind.Auto) return _used = Choose(kind, Environment.GetEnvironmentVariable(Variable), Built);
            if (kind == RuntimeKind.Auto || kind == _used) return _used;
            throw new InputException(
                "runtime", null, $"{NameOf(_used)}, which this process uses already (another one needs another process; {Variable} chooses it for all of one)",
                NameOf(kind));
        }
    }

    /// <summary>As options and files spell it.</summary>
    public static string NameOf(RuntimeKind kind) => kind.ToString().ToLowerInvariant();

    /// <param name="kind">What is asked for.</param>
    /// <param name="variable">What the environment says; null or empty for nothing.</param>
    /// <param name="built">What there is.</param>
    /// <exception cref="InputException">It is not there.</exception>
    internal static RuntimeKind Choose(RuntimeKind kind, string? variable, IReadOnlyList<RuntimeKind> built)
    {
        var names = string.Join(" or ", built.Select(NameOf));
        if (kind == RuntimeKind.Auto)
        {
            if (string.IsNullOrEmpty(variable)) return built[0];
            return built.Any(known => NameOf(known) == variable)
                ? built.First(known => NameOf(known) == variable)
                : throw new InputException(Variable, null, $"{names}, which this build has", variable);
        }
        return built.Contains(kind) ? kind : throw new InputException("runtime", null, $"{names}, which this build has", NameOf(kind));
    }
}
