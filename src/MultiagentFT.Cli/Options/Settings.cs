using System.CommandLine;
using System.Globalization;
using System.Numerics;

namespace MultiagentFT.Cli.Options;

/// <summary>
/// Options that change single values of a record. Only those that were given are applied, so that the rest keeps what a
/// configuration file or the record's defaults say.
/// </summary>
/// <typeparam name="T">An immutable record.</typeparam>
/// <param name="defaults">Shown in the help.</param>
internal sealed class Settings<T>(T defaults)
{
    private readonly List<(Option Option, Func<T, ParseResult, T> Apply)> _settings = [];

    /// <summary>Such as <c>--rank</c>.</summary>
    public IEnumerable<string> Names => _settings.Select(setting => setting.Option.Name);

    public Settings<T> Number<TValue>(string name, string description, Func<T, TValue> get, Func<T, TValue, T> set, bool showsDefault = true)
        where TValue : struct, INumberBase<TValue> =>
        Add(
            TypedOption.Number<TValue>(
                name, showsDefault ? WithDefault(description, Convert.ToString(get(defaults), CultureInfo.InvariantCulture)) : description),
            set);

    public Settings<T> Count(string name, string description, Func<T, int> get, Func<T, int, T> set) =>
        Add(TypedOption.Count(name, WithDefault(description, $"{get(defaults)}, or as many as there are")), set);

    public Settings<T> Choice<TValue>(string name, string description, Func<T, TValue> get, Func<T, TValue, T> set)
        where TValue : struct, Enum =>
        Add(TypedOption.Choice<TValue>(name, WithDefault(description, TypedOption.NameOf(get(defaults)))), set);

    public Settings<T> Choices<TValue>(string name, string description, Func<T, IReadOnlyList<TValue>, T> set)
        where TValue : struct, Enum => Add(TypedOption.Choices<TValue>(name, description), (value, given) => set(value, given));

    public Settings<T> Text(string name, string description, string helpName, Func<T, string> get, Func<T, string, T> set) =>
        Add(TypedOption.Text(name, WithDefault(description, get(defaults)), helpName), set);

    public Settings<T> Texts(
        string name, string description, string helpName, Func<T, IReadOnlyList<string>> get, Func<T, string[], T> set) =>
        Add(TypedOption.Texts(name, WithDefault(description, string.Join(',', get(defaults))), helpName), set);

    /// <summary>A switch; <c>--name false</c> leaves the value as it is.</summary>
    public Settings<T> Flag(string name, string description, Func<T, T> set) =>
        Add(TypedOption.Flag(name, description), (value, given) => given ? set(value) : value);

    /// <summary>Takes the options of a part of the record.</summary>
    public Settings<T> Include<TPart>(Settings<TPart> part, Func<T, TPart> get, Func<T, TPart, T> set)
    {
        foreach (var (option, apply) in part._settings)
            _settings.Add((option, (value, parsed) => IsGiven(option, parsed) ? set(value, apply(get(value), parsed)) : value));
        return this;
    }

    /// <summary>Leaves out all options but these.</summary>
    public Settings<T> Only(params string[] names)
    {
        _settings.RemoveAll(setting => !names.Contains(setting.Option.Name));
        return this;
    }

    public Settings<T> AddTo(Command command)
    {
        foreach (var (option, _) in _settings) command.Add(option);
        return this;
    }

    /// <summary>The record with everything that was given on the command line.</summary>
    public T Apply(T value, ParseResult parsed) => _settings.Aggregate(value, (current, setting) => setting.Apply(current, parsed));

    private Settings<T> Add<TValue>(Option<TValue> option, Func<T, TValue, T> set)
    {
        _settings.Add((option, (value, parsed) => IsGiven(option, parsed) ? set(value, parsed.GetValue(option)!) : value));
        return this;
    }

    private static bool IsGiven(Option option, ParseResult parsed) => parsed.GetResult(option) is { Implicit: false };

    private static string WithDefault(string description, string? value) =>
        string.IsNullOrEmpty(value) ? description : $"{description} [default: {value}]";
}
