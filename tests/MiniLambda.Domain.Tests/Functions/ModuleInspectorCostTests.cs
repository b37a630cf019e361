using MiniLambda.Domain.Functions;

namespace MiniLambda.Domain.Tests.Functions;

/// <summary>What a module costs that is nothing but sections: two zeros are an empty custom section.</summary>
public sealed class ModuleInspectorCostTests
{
    [Theory]
    [InlineData(1 << 20)]
    [InlineData(64 << 20)]
    public void Empty_sections_are_read_in_large_pieces_and_leave_nothing_in_memory(int size)
    {
        using var module = new Zeros(size);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var facts = ModuleInspector.Inspect(module);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 200_000);
        Assert.Equal(8L + size, facts.Size);
        Assert.InRange(module.Reads, 1, (size >> 16) + 10);
    }

    [Fact]
    public void An_inspection_that_nobody_waits_for_any_more_ends()
    {
        using var cancel = new CancellationTokenSource();
        using var module = new Zeros(64 << 20, cancel.Cancel);
        Assert.ThrowsAny<OperationCanceledException>(() => ModuleInspector.Inspect(module, cancel.Token));
        Assert.InRange(module.Reads, 1, 3);
    }

    /// <summary>A core module's header and then zeros.</summary>
    private sealed class Zeros(int size, Action? onRead = null) : Stream
    {
        private long _position;

        public int Reads { get; private set; }

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => WasmBytes.CoreHeader.Length + size;

        public override long Position
        {
            get => _position;
            set => throw new NotSupportedException();
        }

        public override int Read(Span<byte> buffer)
        {
            Reads++;
            onRead?.Invoke();
            var count = (int)Math.Min(buffer.Length, Length - _position);
            for (var i = 0; i < count; i++)
                buffer[i] = _position + i < WasmBytes.CoreHeader.Length ? WasmBytes.CoreHeader[(int)_position + i] : (byte)0;
            _position += count;
            return count;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
