%
(sheet-1 for generic-linuxcnc-laser)
G20 G17 G90 G94 G54 G40 G49 G80 G91.1
G64 P0.0002
M68 E0 Q0
M65 P0
M3 S1
(stock 250 x 170 x 1 mm)
(work zero: lower left corner of the sheet)
(control setting spindle.0.on = arms the laser)
(control setting motion.analog-out-00 = power 0 to 1)
(control setting motion.digital-out-00 = beam gate)
M8
(piece 0: plate)
G0 X1.9685 Y1.9685
M67 E0 Q0.15
M62 P0
G1 X2.75591 F118.11
M63 P0
G0 X2.3622 Y1.77165
M62 P0
G1 Y2.16535
M63 P0
G0 X1.5748 Y1.5748
M68 E0 Q0.8
M64 P0
G4 P0.3
G1 X1.77165 F35.433
G2 X1.37795 Y1.5748 I-0.19685 J0
X1.77165 Y1.5748 I0.19685 J0
M63 P0
G0 X0.70866 Y0.7874
M64 P0
G4 P0.3
G1 X3.54331 F47.244
G3 X3.93701 Y1.1811 I0 J0.3937
G1 Y2.75591
G3 X0.7874 Y2.75591 I-1.57481 J-3.77953
G1 Y0.7874
M68 E0 Q0
M65 P0
M9
M5
M2
%
