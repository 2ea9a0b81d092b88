using System.Text;

namespace MultiagentFT.Foundation;

/// <summary>
/// Derives independent 64-bit seeds from one root seed and a path of names and numbers, so that every random decision
/// of a run depends on what it is for and not on when it is made.
/// </summary>
public readonly record struct Seed(ulong Value)
{
    /// <summary>The seed of a named branch.</summary>
    public Seed Of(string name)
    {
        var hash = Mix(Value ^ 0x6d66_745f_7365_6564UL);
        foreach (var b in Encoding.UTF8.GetBytes(name)) hash = Mix(hash ^ b);
        return new Seed(hash);
    }

    /// <summary>The seed of a numbered branch.</summary>
    public Seed Of(long index) => new(Mix(Mix(Value) ^ (ulong)index));

    /// <summary>A generator for this branch: xoshiro256** as .NET seeds it is not stable across versions, so ours is SplitMix64.</summary>
    public SplitMix64 Generator() => new(Value);

    /// <summary>The finalizer of SplitMix64 (Steele, Lea, Flood 2014).</summary>
    internal static ulong Mix(ulong z)
    {
        z += 0x9e3779b97f4a7c15UL;
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9UL;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebUL;
        return z ^ (z >> 31);
    }
}
