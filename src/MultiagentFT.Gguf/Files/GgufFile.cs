using System.Diagnostics.CodeAnalysis;
using Microsoft.Win32.SafeHandles;
using MultiagentFT.Foundation;

namespace MultiagentFT.Gguf;

/// <summary>
/// An open GGUF file (version 2 or 3, little-endian), checked as a whole: sizes, names, types and places of all tensors.
/// Reading is thread-safe.
/// </summary>
public sealed class GgufFile : IDisposable
{
    private readonly SafeFileHandle _handle;
    private readonly Dictionary<string, TensorInfo> _byName;
    private readonly long _dataStart;

    private GgufFile(string path, SafeFileHandle handle, GgufHeader header)
    {
        Path = path;
        _handle = handle;
        _dataStart = header.DataStart;
        Version = header.Version;
        Metadata = header.Metadata;
        Tensors = header.Tensors;
        _byName = header.Tensors.ToDictionary(tensor => tensor.Name, StringComparer.Ordinal);
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
        var position = _dataStart + tensor.Offset + offset;
        while (destination.Length > 0)
        {
            var count = ReadSome(tensor, position, destination);
            position += count;
            destination = destination[count..];
        }
    }

    public void Dispose() => _handle.Dispose();

    private int ReadSome(TensorInfo tensor, long position, Span<byte> destination)
    {
        try
        {
            var count = RandomAccess.Read(_handle, destination, position);
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
