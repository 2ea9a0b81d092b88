using System.Collections;
using System.Diagnostics.CodeAnalysis;
using MultiagentFT.Foundation;

namespace MultiagentFT.Gguf;

/// <summary>
/// A GGUF file's keys and values in file order. Values are .NET scalars, strings and arrays of them, and their .NET type
/// is their exact type in the file. Arrays are shared, not copied: treat them as read-only.
/// <para>
/// The <c>TryGet</c> methods return false when the key is absent; a key that is there with another type is an
/// <see cref="InputException"/>, never ignored.
/// </para>
/// </summary>
/// <param name="source">The file that error messages name.</param>
public sealed class GgufMetadata(string source = "metadata") : IEnumerable<KeyValuePair<string, object>>
{
    /// <summary>Longest key the format allows, in bytes.</summary>
    internal const int MaximumKeyBytes = 65535;

    private readonly OrderedDictionary<string, object> _values = new(StringComparer.Ordinal);

    public string Source { get; } = source;

    public int Count => _values.Count;

    public IEnumerable<string> Keys => _values.Keys;

    public bool Contains(string key) => _values.ContainsKey(key);

    public bool Remove(string key) => _values.Remove(key);

    /// <summary>A copy whose keys can be changed without changing this one.</summary>
    public GgufMetadata Copy()
    {
        var copy = new GgufMetadata(Source);
        foreach (var (key, value) in _values) copy._values.Add(key, value);
        return copy;
    }

    /// <summary>Adds a key at the end, or replaces its value in place.</summary>
    /// <param name="key">1 to 65535 bytes.</param>
    /// <param name="value">A number, bool, string, or a one-dimensional array of one of these; its type is what is written.</param>
    /// <exception cref="ArgumentException">The key is empty or the format has no such type.</exception>
    public void Set<T>(string key, T value)
        where T : notnull
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        if (GgufValueTypes.Of(value.GetType()) is null)
            throw new ArgumentException($"GGUF has no type for {value.GetType()} ({key}).", nameof(value));
        _values[key] = value;
    }

    /// <summary>The value when it has exactly the type <typeparamref name="T"/>.</summary>
    /// <exception cref="InputException">The key is there with another type.</exception>
    public bool TryGet<T>(string key, [MaybeNullWhen(false)] out T value)
        where T : notnull
    {
        value = default;
        if (!_values.TryGetValue(key, out var found)) return false;
        // An exact comparison, because the runtime lets an int[] pass as a uint[].
        if (found.GetType() != typeof(T)) throw Mismatch(key, GgufValueTypes.Name(typeof(T)));
        value = (T)found;
        return true;
    }

    /// <summary>The value of a key that has to be there, with exactly the type <typeparamref name="T"/>.</summary>
    /// <exception cref="InputException">The key is absent or has another type.</exception>
    public T Require<T>(string key)
        where T : notnull =>
        TryGet<T>(key, out var value) ? value : throw Missing(key, GgufValueTypes.Name(typeof(T)));

    public bool TryGetString(string key, [MaybeNullWhen(false)] out string value) => TryGet(key, out value);

    public bool TryGetUInt32(string key, out uint value) => TryGet(key, out value);

    public bool TryGetSingle(string key, out float value) => TryGet(key, out value);

    public bool TryGetBool(string key, out bool value) => TryGet(key, out value);

    public bool TryGetStringArray(string key, [MaybeNullWhen(false)] out string[] value) => TryGet(key, out value);

    public bool TryGetSingleArray(string key, [MaybeNullWhen(false)] out float[] value) => TryGet(key, out value);

    public bool TryGetInt32Array(string key, [MaybeNullWhen(false)] out int[] value) => TryGet(key, out value);

    public string RequireString(string key) => Require<string>(key);

    public float RequireSingle(string key) => Require<float>(key);

    public string[] RequireStringArray(string key) => Require<string[]>(key);

    /// <summary>An integer stored in any of the eight integer types.</summary>
    /// <exception cref="InputException">The key is there, but is not an integer or lies outside the range.</exception>
    public bool TryGetInteger(string key, long minimum, long maximum, out long value)
    {
        value = 0;
        if (!_values.TryGetValue(key, out var found)) return false;
        var expected = $"an integer from {minimum} to {maximum}";
        if (ToInteger(found) is not { } number) throw Mismatch(key, expected);
        if (number < minimum || number > maximum) throw new InputException(Source, key, expected, number.ToString());
        value = (long)number;
        return true;
    }

    /// <summary>An integer stored in any of the eight integer types, whose key has to be there.</summary>
    /// <exception cref="InputException">The key is absent, not an integer, or outside the range.</exception>
    public long RequireInteger(string key, long minimum, long maximum) =>
        TryGetInteger(key, minimum, maximum, out var value) ? value : throw Missing(key, $"an integer from {minimum} to {maximum}");

    public IEnumerator<KeyValuePair<string, object>> GetEnumerator() => _values.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    internal bool TryGetValue(string key, [MaybeNullWhen(false)] out object value) => _values.TryGetValue(key, out value);

    internal static Int128? ToInteger(object? value) => value switch
    {
        byte number => number,
        sbyte number => number,
        ushort number => number,
        short number => number,
        uint number => number,
        int number => number,
        ulong number => number,
        long number => number,
        _ => null,
    };

    private InputException Missing(string key, string expected) => new(Source, key, expected, "no such key");

    private InputException Mismatch(string key, string expected) =>
        new(Source, key, expected, GgufValueTypes.Name(_values[key].GetType()));
}
