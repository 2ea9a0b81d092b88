using System.Diagnostics.CodeAnalysis;
using Microsoft.Win32.SafeHandles;
using MultiagentFT.Foundation;

namespace MultiagentFT.Gguf;

/// <summary>
/// An open GGUF file (version 2 or 3, little-endian), or all files of a model in parts, checked as a whole: sizes, names, types and places of all tensors.
/// Reading is thread-safe.
/// </summary>
public sealed class GgufFile : IDisposable
{
    private readonly (SafeFileHandle Handle, long DataStart)[] _parts;
    private readonly Dictionary<string, TensorInfo> _byName;

    private GgufFile(string path, SafeFileHandle handle, GgufHeader header)
    {
        Path = path;
        _parts = [(handle, header.DataStart)];
        Version = header.Version;
        Metadata = header.Metadata;
        Tensors = header.Tensors;
        _byName = header.Tensors.ToDictionary(tensor => tensor.Name, StringComparer.Ordinal);
    }

    private GgufFile(IReadOnlyList<GgufFile> parts)
    {
        var first = parts[0];
        (Path, Version, Metadata) = (first.Path, first.Version, first.Metadata.Copy());
        GgufParts.Forget(Metadata);
        _parts = [.. parts.Select(part => part._parts[0])];
        Tensors = [.. parts.SelectMany((part, number) => part.Tensors.Select(tensor => tensor with { Part = number }))];
        _byName = new Dictionary<string, TensorInfo>(StringComparer.Ordinal);
        foreach (var tensor in Tensors)
        {
            if (!_byName.TryAdd(tensor.Name, tensor)) throw new InputException(parts[tensor.Part].Path, tensor.Name, "every tensor in one part", "one of an earlier part");
        }
        GgufParts.RequireTensors(Path, first.Metadata, Tensors.Count);
    }

    public string Path { get; }

    /// <summary>Version of the format, 2 or 3.</summary>
    public uint Version { get; }

    public GgufMetadata Metadata { get; }

    /// <summary>In file order.</summary>
    public IReadOnlyList<TensorInfo> Tensors { get; }

    /// <exception cref="InputException">There is no such file, it cannot be read, or it is not a sound GGUF file.</exception>
    public static GgufFile Open(string path)
    {
        SafeFileHandle? handle = null;
        try
        {
            // Opening a pipe or a device would wait for somebody; none of them has a length.
            if (new FileInfo(path) is { Exists: true, Length: 0 })
                throw new InputException(path, null, "a GGUF file", "an empty file, or none with a length");
            handle = File.OpenHandle(path);
            var length = RandomAccess.GetLength(handle);
            var header = GgufHeader.Read(new GgufReader(handle, path, length), path, length);
            return new GgufFile(path, handle, header);
        }
        catch (Exception error)
        {
            handle?.Dispose();
            if (error is FileNotFoundException or DirectoryNotFoundException)
                throw new InputException(path, null, "a GGUF file", "no such file", error);
            if (error is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
                throw new InputException(path, null, "a readable GGUF file", error.Message, error);
            throw;
        }
    }

    /// <summary>Whether a file has the name of a part that <see cref="GgufWriter.WriteParts"/> would give to this path.</summary>
    public static bool IsPartOf(string file, string path) => GgufParts.IsPartOf(file, path);

    /// <summary>Opens a file, or all files of a model of which it is the first part (<c>NAME-00001-of-0000N.gguf</c>).</summary>
    /// <exception cref="InputException">One is missing or not sound, or they are not parts of one model.</exception>
    public static GgufFile OpenParts(string path)
    {
        var parts = new List<GgufFile> { Open(path) };
        try
        {
            var count = GgufParts.CountOf(parts[0].Metadata);
            if (count == 1) return parts[0];
            foreach (var other in GgufParts.PathsOf(path, parts[0].Metadata).Skip(1))
            {
                parts.Add(Open(other));
                GgufParts.Require(other, parts[^1].Metadata, parts.Count - 1, count);
            }
            return new GgufFile(parts);
        }
        catch
        {
            foreach (var part in parts) part.Dispose();
            throw;
        }
    }

    public bool TryGetTensor(string name, [MaybeNullWhen(false)] out TensorInfo tensor) => _byName.TryGetValue(name, out tensor);

    /// <exception cref="InputException">The file has no such tensor.</exception>
    public TensorInfo RequireTensor(string name) =>
        TryGetTensor(name, out var tensor) ? tensor : throw new InputException(Path, name, "a tensor of this name", "none");

    /// <summary>All bytes of a tensor.</summary>
    /// <exception cref="InputException">The tensor is larger than an array can be (2 GB), or the file was cut meanwhile.</exception>
    public byte[] Read(TensorInfo tensor)
    {
        if (tensor.Bytes > Array.MaxLength)
            throw new InputException(Path, tensor.Name, $"a tensor of at most {Array.MaxLength} bytes", $"{tensor.Bytes}");
        var data = new byte[tensor.Bytes];
        Read(tensor, data);
        return data;
    }

    /// <summary>Fills <paramref name="destination"/>, which has exactly the tensor's size.</summary>
    /// <inheritdoc cref="Read(TensorInfo, long, Span{byte})" path="/exception"/>
    public void Read(TensorInfo tensor, Span<byte> destination)
    {
        if (destination.Length != tensor.Bytes)
            throw new ArgumentException($"{tensor.Name} has {tensor.Bytes} bytes, not {destination.Length}.", nameof(destination));
        Read(tensor, 0, destination);
    }

    /// <summary>Fills <paramref name="destination"/> from byte <paramref name="offset"/> of the tensor on.</summary>
    /// <exception cref="ArgumentException">The range is not within the tensor, or the tensor is of another file.</exception>
    /// <exception cref="InputException">The file was cut meanwhile or cannot be read.</exception>
    public void Read(TensorInfo tensor, long offset, Span<byte> destination)
    {
        if (!TryGetTensor(tensor.Name, out var own) || !ReferenceEquals(own, tensor))
            throw new ArgumentException($"{tensor.Name} is not a tensor of {Path}.", nameof(tensor));
        if (offset < 0 || offset > tensor.Bytes || destination.Length > tensor.Bytes - offset)
            throw new ArgumentOutOfRangeException(nameof(offset), offset, $"Not within the {tensor.Bytes} bytes of {tensor.Name}.");
        var position = _parts[tensor.Part].DataStart + tensor.Offset + offset;
        while (destination.Length > 0)
        {
            var count = ReadSome(tensor, position, destination);
            position += count;
            destination = destination[count..];
        }
    }

    public void Dispose()
    {
        foreach (var (handle, _) in _parts) handle.Dispose();
    }

    private int ReadSome(TensorInfo tensor, long position, Span<byte> destination)
    {
        try
        {
            var count = RandomAccess.Read(_parts[tensor.Part].Handle, destination, position);
            return count > 0
                ? count
                : throw new InputException(Path, tensor.Name, $"{destination.Length} bytes at {position}", "the end of the file");
        }
        catch (IOException error)
        {
            throw new InputException(Path, tensor.Name, $"{destination.Length} readable bytes at {position}", error.Message, error);
        }
    }
}
